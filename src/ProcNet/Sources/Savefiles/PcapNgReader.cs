using System.Buffers.Binary;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>Reads pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, any number of interfaces.</summary>
internal sealed class PcapNgReader : SavefileReader
{
    /// <summary>The type of a section header block; reads the same in either byte order.</summary>
    public const uint SectionHeader = 0x0A0D0D0A;

    /// <summary>The type of a block of an interface's counts.</summary>
    public const uint InterfaceStatistics = 5;

    /// <summary>
    /// In such a block: packets that the interface dropped. dumpcap writes here what libpcap says that the kernel
    /// dropped.
    /// </summary>
    public const int InterfaceDropOption = 5;

    /// <summary>In such a block: packets that the operating system dropped.</summary>
    public const int SystemDropOption = 7;

    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const int BlockOverhead = 12;

    // Blocks of unknown kinds are stepped over, but not without end.
    private const int MaxBlockLength = MaxCapturedLength + 4096;

    // Flow keys have 16 bits for the interface; a file with more is not a capture of this world.
    private const int MaxInterfaces = 4096;

    // Linux has 15 characters (IFNAMSIZ), Windows some 50; the format has room for 64 KiB.
    private const int MaxNameLength = 64;

    private readonly List<PcapNgInterface> _states = [];
    private int _sectionStart;
    private bool _isSwapped;

    /// <summary>Reads the first section header.</summary>
    /// <exception cref="ProcNetException">It is not one.</exception>
    public PcapNgReader(SavefileBuffer buffer, string path)
        : base(buffer, path)
    {
        if (!TryReadSectionHeader())
        {
            throw NotACapture(path);
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out SavefilePacket packet)
    {
        packet = default;
        while (true)
        {
            long start = Buffer.Position;
            if (!Buffer.TryPeek(8, out ReadOnlySpan<byte> head))
            {
                EndAt(start);

                return false;
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(head) == SectionHeader)
            {
                if (!TryReadSectionHeader())
                {
                    DamagedAt(start);
                    return false;
                }

                Owners.BeginSection();
                continue;
            }

            uint type = Read32(head);
            uint length = Read32(head[4..]);
            if (length < BlockOverhead || length % 4 != 0 || length > MaxBlockLength)
            {
                DamagedAt(start);
                return false;
            }

            if (!Buffer.TryPeek((int)length, out ReadOnlySpan<byte> block))
            {
                CutAt(start);
                return false;
            }

            ReadOnlySpan<byte> body = block[8..^4];
            Buffer.Skip((int)length);
            switch (type)
            {
                case InterfaceDescription when _states.Count == MaxInterfaces:
                    DamagedAt(start);
                    return false;
                case InterfaceDescription when body.Length >= 8:
                    ReadInterface(body);
                    continue;
                case InterfaceStatistics when body.Length >= 12:
                    ReadStatistics(body);
                    continue;
                case PcapNg.CustomBlock or PcapNg.CustomBlockNoCopy when ProcessBlock.ReadWireshark(body, _isSwapped) is { } process:
                    Owners.Add(process);
                    continue;
                case PcapNg.DarwinProcess when ProcessBlock.ReadDarwin(body, _isSwapped) is { } process:
                    Owners.Add(process);
                    continue;
                case PcapNg.OwnBlock:
                    _ = FlowBlock.TryRead(body, Owners.Add);
                    continue;
                case EnhancedPacket or ObsoletePacket or SimplePacket:
                    if (TryReadPacket(type, body, ref packet))
                    {
                        return true;
                    }

                    DamagedAt(start);
                    return false;
                default:
                    continue;
            }
        }
    }

    private bool TryReadSectionHeader()
    {
        if (!Buffer.TryPeek(28, out ReadOnlySpan<byte> header))
        {
            return false;
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (magic != ByteOrderMagic && BinaryPrimitives.ReverseEndianness(magic) != ByteOrderMagic)
        {
            return false;
        }

        _isSwapped = magic != ByteOrderMagic;
        uint length = Read32(header[4..]);
        if (length is < 28 or > MaxBlockLength || length % 4 != 0 || !Buffer.TryPeek((int)length, out _))
        {
            return false;
        }

        Buffer.Skip((int)length);
        _sectionStart = _states.Count;
        return true;
    }

    private void ReadInterface(ReadOnlySpan<byte> body)
    {
        const int NameOption = 2;
        const int ResolutionOption = 9;
        const int OffsetOption = 14;
        string? name = null;
        var state = new PcapNgInterface(1_000_000, 0, Read32(body[4..]));
        ReadOnlySpan<byte> options = body[8..];
        while (TryReadOption(ref options, out int code, out ReadOnlySpan<byte> value))
        {
            switch (code)
            {
                case NameOption:
                    name = OutsideText.Decode(value, MaxNameLength);
                    break;
                case ResolutionOption when value.Length == 1:
                    state = state with { UnitsPerSecond = PcapNgInterface.ReadResolution(value[0]) };
                    break;
                case PcapNg.InterfaceIPv4 when value.Length == 8:
                    Owners.LocalAddresses.Add(AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value)));
                    break;
                case PcapNg.InterfaceIPv6 when value.Length == 17:
                    Owners.LocalAddresses.Add(AddressValue.FromIPv6(value));
                    break;
                case OffsetOption when value.Length == 8:
                    state = state with { OffsetSeconds = (long)Read64(value) };
                    break;
                default:
                    break;
            }
        }

        _states.Add(state);
        Declare(new SavefileInterface(name, (LinkLayer)Read16(body)));
    }

    /// <summary>Counts so far (4.6): the last block of an interface holds.</summary>
    private void ReadStatistics(ReadOnlySpan<byte> body)
    {
        uint inSection = Read32(body);
        if (inSection >= _states.Count - _sectionStart)
        {
            return;
        }

        PcapNgInterface state = _states[_sectionStart + (int)inSection];
        ReadOnlySpan<byte> options = body[12..];
        long startedAt = 0;
        long endedAt = 0;
        while (TryReadOption(ref options, out int code, out ReadOnlySpan<byte> value))
        {
            if (code is PcapNg.StatisticsStart or PcapNg.StatisticsEnd && value.Length == 8)
            {
                long time = state.ToMicroseconds((ulong)Read32(value) << 32 | Read32(value[4..]));
                (startedAt, endedAt) = code == PcapNg.StatisticsStart ? (time, endedAt) : (startedAt, time);
            }

            if (code is InterfaceDropOption or SystemDropOption && value.Length == 8)
            {
                // Nonsense must not overflow the sum over all interfaces.
                long dropped = (long)Math.Min(Read64(value), long.MaxValue / MaxInterfaces);
                if (code == SystemDropOption)
                {
                    DroppedPackets += dropped - state.SystemDropped;
                    state.SystemDropped = dropped;
                }
                else
                {
                    InterfaceDroppedPackets += dropped - state.InterfaceDropped;
                    state.InterfaceDropped = dropped;
                }
            }
        }

        if (startedAt > 0 && endedAt >= startedAt)
        {
            Owners.Measured = (startedAt, endedAt);
        }
    }

    private bool TryReadPacket(uint type, ReadOnlySpan<byte> body, ref SavefilePacket packet)
    {
        int headerLength = type == SimplePacket ? 4 : 20;
        if (body.Length < headerLength)
        {
            return false;
        }

        int inSection = type switch
        {
            SimplePacket => 0,
            ObsoletePacket => Read16(body),
            _ => (int)Math.Min(Read32(body), int.MaxValue),
        };
        if (inSection >= _states.Count - _sectionStart)
        {
            return false;
        }

        packet.Interface = _sectionStart + inSection;
        PcapNgInterface state = _states[packet.Interface];
        uint wire = Read32(body[(headerLength - 4)..]);
        uint captured;
        if (type == SimplePacket)
        {
            captured = state.SnapLength == 0 ? wire : Math.Min(wire, state.SnapLength);
        }
        else
        {
            captured = Read32(body[12..]);
            packet.HasTime = true;
            packet.Time = state.ToMicroseconds((ulong)Read32(body[4..]) << 32 | Read32(body[8..]));
        }

        if (captured > body.Length - headerLength)
        {
            return false;
        }

        packet.Frame = body.Slice(headerLength, (int)captured);
        packet.Options = type == EnhancedPacket ? body[Math.Min(body.Length, headerLength + (int)((captured + 3) & ~3u))..] : default;
        packet.IsSwapped = _isSwapped;
        packet.WireLength = WireLength(wire, captured);
        return true;
    }

    private bool TryReadOption(ref ReadOnlySpan<byte> options, out int code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (options.Length < 4)
        {
            return false;
        }

        code = Read16(options);
        int length = Read16(options[2..]);
        int padded = (length + 3) & ~3;
        if (code == 0 || options.Length < 4 + padded)
        {
            return false;
        }

        value = options.Slice(4, length);
        options = options[(4 + padded)..];
        return true;
    }

    private ushort Read16(ReadOnlySpan<byte> bytes) =>
        _isSwapped ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint Read32(ReadOnlySpan<byte> bytes) =>
        _isSwapped ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private ulong Read64(ReadOnlySpan<byte> bytes) =>
        _isSwapped ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
