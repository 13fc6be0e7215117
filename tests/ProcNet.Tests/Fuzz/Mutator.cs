using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ProcNet.Tests.Fuzz;

/// <summary>Makes inputs of inputs, in ways that meet what formats are made of: numbers, lengths, blocks, decimal texts, lines.</summary>
internal sealed class Mutator(Random random)
{
    private const int LongestInput = 1 << 16;

    private static readonly long[] s_numbers =
    [
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        15,
        16,
        20,
        0x7F,
        0x80,
        0xFF,
        0x100,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        0x7FFFFFFF,
        0x80000000,
        0xFFFFFFFF,
        0xFFFFFFFE,
        0x100000000,
        long.MaxValue,
        long.MinValue,
        -1,
        -2,
    ];

    /// <summary>Changes a copy in one to six ways.</summary>
    /// <param name="input">What is changed.</param>
    /// <param name="other">What parts may come from.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int changes = 1 + (random.Next(3) == 0 ? random.Next(6) : random.Next(2)); changes > 0; changes--)
        {
            Change(bytes, other);
        }

        return [.. bytes.Take(LongestInput)];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(other);
            return;
        }

        int at = random.Next(bytes.Count);
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                WriteNumber(bytes, at, s_numbers[random.Next(s_numbers.Length)]);
                break;
            case 3:
                // A length that is a little wrong.
                AddToNumber(bytes, at, random.Next(-9, 10));
                break;
            case 4:
                bytes.RemoveRange(at, Math.Min(Size(), bytes.Count - at));
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(Size(), bytes.Count - at)));
                break;
            case 6:
                int from = random.Next(Math.Max(1, other.Length));
                bytes.InsertRange(at, other.Skip(from).Take(Size()));
                break;
            case 7:
                // A length that is exactly what follows, or the whole.
                WriteNumber(bytes, at, random.Next(2) == 0 ? bytes.Count - at : bytes.Count);
                break;
            case 8:
                ChangeText(bytes, at);
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    private int Size() => random.Next(4) == 0 ? random.Next(1, 400) : 4 * random.Next(1, 9);

    private void WriteNumber(List<byte> bytes, int at, long number)
    {
        int width = 1 << random.Next(4);
        Span<byte> written = stackalloc byte[8];
        bool isBig = random.Next(2) == 0;
        if (isBig)
        {
            BinaryPrimitives.WriteInt64BigEndian(written, number);
            written = written[(8 - width)..];
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(written, number);
        }

        at &= random.Next(2) == 0 ? ~(width - 1) : ~0;
        for (int i = 0; i < width && at + i < bytes.Count; i++)
        {
            bytes[at + i] = written[i];
        }
    }

    private void AddToNumber(List<byte> bytes, int at, int difference)
    {
        if (at + 4 > bytes.Count)
        {
            return;
        }

        Span<byte> four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        switch (random.Next(3))
        {
            case 0:
                BinaryPrimitives.WriteInt32LittleEndian(four, BinaryPrimitives.ReadInt32LittleEndian(four) + difference);
                break;
            case 1:
                BinaryPrimitives.WriteInt32BigEndian(four, BinaryPrimitives.ReadInt32BigEndian(four) + difference);
                break;
            default:
                BinaryPrimitives.WriteInt16BigEndian(four, (short)(BinaryPrimitives.ReadInt16BigEndian(four) + difference));
                break;
        }

        for (int i = 0; i < 4; i++)
        {
            bytes[at + i] = four[i];
        }
    }

    /// <summary>A number in a text becomes another one, a line comes twice, a field goes.</summary>
    private void ChangeText(List<byte> bytes, int at)
    {
        int end = at;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        if (end > at)
        {
            bytes.RemoveRange(at, end - at);
            bytes.InsertRange(at, Encoding.ASCII.GetBytes(s_numbers[random.Next(s_numbers.Length)].ToString(CultureInfo.InvariantCulture)));
            return;
        }

        ReadOnlySpan<string> words =
        [
            " ",
            "\n",
            "\0",
            ":",
            "/",
            "(",
            ")",
            "]",
            "socket:[",
            "\u001b[31m",
            "=",
            "\"",
            "\u00e9",
            "00000000000000000",
        ];
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Length)]));
    }
}
