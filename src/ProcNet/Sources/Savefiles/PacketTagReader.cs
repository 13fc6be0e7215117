using System.Buffers.Binary;
using System.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>Reads what packets' options say of owners. Options repeat from packet to packet: what was read once is looked up.</summary>
internal sealed class PacketTagReader
{
    private const int MostKept = 1 << 15;
    private const int EndOfOptions = 0;

    private readonly Dictionary<ulong, (byte[] Options, bool IsSwapped, int Section, PacketTag Tag)> _known = [];

    /// <summary>Reads a packet's options.</summary>
    /// <param name="options">All of them, as they stand in the block.</param>
    /// <param name="isSwapped">Whether the section is big-endian.</param>
    /// <param name="section">The section's number.</param>
    public PacketTag Read(ReadOnlySpan<byte> options, bool isSwapped, int section)
    {
        if (options.Length < 4)
        {
            return PacketTag.Nothing;
        }

        ulong hash = Hash(options);
        if (
            _known.TryGetValue(hash, out var known)
            && known.Section == section
            && known.IsSwapped == isSwapped
            && options.SequenceEqual(known.Options)
        )
        {
            return known.Tag;
        }

        PacketTag tag = Parse(options, isSwapped, section);
        if (_known.Count == MostKept)
        {
            _known.Clear();
        }

        _known[hash] = (options.ToArray(), isSwapped, section, tag);
        return tag;
    }

    private static PacketTag Parse(ReadOnlySpan<byte> options, bool isSwapped, int section)
    {
        OwnerComment comment = new();
        uint process = 0;
        bool? isOutbound = null;
        while (options.Length >= 4)
        {
            int code = Read16(options, isSwapped);
            int length = Read16(options[2..], isSwapped);
            if (code == EndOfOptions || length > options.Length - 4)
            {
                break;
            }

            ReadOnlySpan<byte> value = options.Slice(4, length);
            switch (code)
            {
                case PcapNg.Comment:
                    comment.Read(Encoding.UTF8.GetString(value), section);
                    break;
                case PcapNg.PacketFlags when length == 4:
                    isOutbound = (Read32(value, isSwapped) & 3) switch
                    {
                        1 => false,
                        2 => true,
                        _ => null,
                    };
                    break;
                case PcapNg.PacketProcess when length == 8:
                    process = Read32(value, isSwapped);
                    break;
                case PcapNg.DarwinPacketProcess when length == 4:
                    // Apple's: the place of a process's block, told from ids by being beyond them.
                    process = process == 0 ? DarwinPlace | Read32(value, isSwapped) : process;
                    break;
                default:
                    break;
            }

            options = options[Math.Min((4 + length + 3) & ~3, options.Length)..];
        }

        OwnerTag? owner = comment.Owner;
        if (process != 0 && owner?.ProcessId is null)
        {
            owner = new OwnerTag
            {
                Section = section,
                ProcessId = process,
                Evidence = owner?.Evidence ?? OwnerEvidence.None,
            };
        }

        return owner is null && comment.Receiver is null && comment.Flow == 0
            ? PacketTag.Nothing
            : new PacketTag
            {
                IsOutbound = isOutbound,
                Owner = owner is { ProcessId: null, Category: null } ? null : owner,
                Receiver = comment.Receiver is { ProcessId: null, Category: null } ? null : comment.Receiver,
                Flow = comment.Flow,
            };
    }

    /// <summary>Set in an id that is the place of one of Apple's process blocks. Linux has no ids beyond 2^22 (PID_MAX_LIMIT).</summary>
    public const uint DarwinPlace = 0x8000_0000;

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
        {
            hash = (hash ^ one) * 0x100000001B3;
        }

        return hash;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool isSwapped) =>
        isSwapped ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool isSwapped) =>
        isSwapped ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
