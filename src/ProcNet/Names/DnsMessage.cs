using System.Buffers.Binary;
using System.Text;
using ProcNet.Addresses;

namespace ProcNet.Names;

/// <summary>
/// A message of the domain name system (RFC 1035 4), as far as it says which addresses a name has. Whatever the bytes are, it reads no
/// more than there are, and follows no pointer forward.
/// </summary>
internal ref struct DnsMessage
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;

    private const int HeaderLength = 12;
    private const ushort TypeCname = 5;
    private const ushort ClassInternet = 1;

    // More than any answer that resolvers send, and than any chain that they follow.
    private const int MaxRecords = 256;
    private const int MaxAliases = 16;

    private readonly ReadOnlySpan<byte> _message;
    private int _offset;
    private int _recordsLeft;
    private int _aliases;
    private string? _current;

    private DnsMessage(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>The number that an answer has from its question.</summary>
    public ushort Id { get; private init; }

    /// <summary>Whether it is an answer.</summary>
    public bool IsResponse { get; private init; }

    /// <summary>The name that is asked for, in small letters.</summary>
    public string Question { get; private set; } = "";

    /// <summary>What is asked for of the name.</summary>
    public ushort QuestionType { get; private set; }

    /// <summary>Reads the head and the question. False for what is no query or answer with one question of an address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DnsMessage message)
    {
        message = default;
        if (bytes.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1)
        {
            return false;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        bool isStandardQuery = (flags & 0x7800) == 0;
        bool isWithoutError = (flags & 0xF) == 0;
        if (!isStandardQuery || !isWithoutError)
        {
            return false;
        }

        DnsMessage read = new(bytes)
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            IsResponse = (flags & 0x8000) != 0,
            _offset = HeaderLength,
        };
        if (!read.TryReadName(ref read._offset, out string? name) || name is null || bytes.Length < read._offset + 4)
        {
            return false;
        }

        read.Question = name;
        read.QuestionType = BinaryPrimitives.ReadUInt16BigEndian(bytes[read._offset..]);
        ushort questionClass = BinaryPrimitives.ReadUInt16BigEndian(bytes[(read._offset + 2)..]);
        read._offset += 4;
        read._recordsLeft = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), MaxRecords);
        read._current = name;
        message = read;
        return read.QuestionType is TypeA or TypeAaaa && questionClass == ClassInternet;
    }

    /// <summary>
    /// The next address that the answer gives to the name of the question, by way of its aliases. Records of other names are passed over:
    /// nobody asked for them.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="lifetime">How many seconds it holds.</param>
    public bool TryReadAddress(out AddressValue address, out uint lifetime)
    {
        address = default;
        lifetime = 0;
        while (_recordsLeft > 0)
        {
            _recordsLeft--;
            if (!TryReadName(ref _offset, out string? owner) || _message.Length < _offset + 10)
            {
                _recordsLeft = 0;
                return false;
            }

            ushort type = BinaryPrimitives.ReadUInt16BigEndian(_message[_offset..]);
            ushort recordClass = BinaryPrimitives.ReadUInt16BigEndian(_message[(_offset + 2)..]);
            lifetime = BinaryPrimitives.ReadUInt32BigEndian(_message[(_offset + 4)..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(_message[(_offset + 8)..]);
            int data = _offset + 10;
            if (_message.Length < data + length)
            {
                _recordsLeft = 0;
                return false;
            }

            _offset = data + length;
            if (recordClass != ClassInternet || owner is null || owner != _current)
            {
                continue;
            }

            switch (type)
            {
                case TypeCname when _aliases < MaxAliases && TryReadName(ref data, out string? alias) && alias is not null:
                    _aliases++;
                    _current = alias;
                    break;
                case TypeA when length == 4 && QuestionType == TypeA:
                    address = AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(_message[data..]));
                    return true;
                case TypeAaaa when length == 16 && QuestionType == TypeAaaa:
                    address = AddressValue.FromIPv6(_message[data..]);
                    return true;
            }
        }

        return false;
    }

    /// <summary>Reads a name, compressed or not (RFC 1035 4.1.4), and moves behind it.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="name">The name; null where it is none that a host can have.</param>
    /// <returns>Whether its end was found.</returns>
    private readonly bool TryReadName(ref int offset, out string? name)
    {
        Span<byte> text = stackalloc byte[HostName.MaxLength + 1];
        int length = 0;
        int at = offset;
        int end = -1;
        bool isName = true;
        name = null;
        while (true)
        {
            if (at >= _message.Length)
            {
                return false;
            }

            int label = _message[at];
            if ((label & 0xC0) == 0xC0)
            {
                if (at + 1 >= _message.Length)
                {
                    return false;
                }

                int target = ((label & 0x3F) << 8) | _message[at + 1];
                end = end < 0 ? at + 2 : end;

                // Only backward: each jump comes nearer to the start, so that they end.
                if (target >= at)
                {
                    return false;
                }

                at = target;
                continue;
            }

            if (label > 63)
            {
                return false;
            }

            at++;
            if (label == 0)
            {
                break;
            }

            if (at + label > _message.Length || length + label + 1 > text.Length)
            {
                return false;
            }

            foreach (byte character in _message.Slice(at, label))
            {
                isName &= HostName.TryFold(character, out text[length]);
                length++;
            }

            text[length++] = (byte)'.';
            at += label;
        }

        offset = end < 0 ? at : end;
        name = isName && length > 1 ? Encoding.ASCII.GetString(text[..(length - 1)]) : null;
        return true;
    }
}
