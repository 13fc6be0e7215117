using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Reads classic pcap files (draft-ietf-opsawg-pcap): either byte order, microseconds or nanoseconds, and the forms that others
/// made of it.
/// </summary>
internal sealed class PcapReader : SavefileReader
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;

    // Kuznetzov's patch, which routers still have: eight bytes more a record (pcap_sf_patched_pkthdr in libpcap's sf-pcap.c).
    private const uint ModifiedMagic = 0xA1B2CD34;
    private const int ModifiedRecordHeaderLength = 24;
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;

    private readonly bool _isSwapped;
    private readonly bool _hasNanoseconds;
    private readonly bool _mayHaveLengthsSwapped;
    private readonly int _recordHeaderLength;

    /// <summary>Reads the file header.</summary>
    /// <exception cref="ProcNetException">It is not one.</exception>
    public PcapReader(SavefileBuffer buffer, string path)
        : base(buffer, path)
    {
        if (!buffer.TryPeek(FileHeaderLength, out ReadOnlySpan<byte> header))
        {
            throw NotACapture(path);
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        _isSwapped = magic is not (MicrosecondMagic or NanosecondMagic or ModifiedMagic);
        magic = Read32(header, 0);
        if (magic is not (MicrosecondMagic or NanosecondMagic or ModifiedMagic))
        {
            throw NotACapture(path);
        }

        _hasNanoseconds = magic == NanosecondMagic;
        _recordHeaderLength = magic == ModifiedMagic ? ModifiedRecordHeaderLength : RecordHeaderLength;

        // Before version 2.3 the two lengths stood in the other order, and in some files of 2.3 too.
        _mayHaveLengthsSwapped = Read16(header, 4) == 2 && Read16(header, 6) <= 3;

        // The upper bits tell of a frame check sequence; the lower 16 are the link type.
        Declare(new SavefileInterface(null, (LinkLayer)(Read32(header, 20) & 0xFFFF)));
        buffer.Skip(FileHeaderLength);
    }

    /// <inheritdoc/>
    public override bool TryRead(out SavefilePacket packet)
    {
        packet = default;
        long start = Buffer.Position;
        if (!Buffer.TryPeek(_recordHeaderLength, out ReadOnlySpan<byte> header))
        {
            EndAt(start);

            return false;
        }

        uint seconds = Read32(header, 0);
        uint fraction = Read32(header, 4);
        uint captured = Read32(header, 8);
        uint wire = Read32(header, 12);
        if (_mayHaveLengthsSwapped && captured > wire)
        {
            (captured, wire) = (wire, captured);
        }

        if (captured > MaxCapturedLength)
        {
            DamagedAt(start);
            return false;
        }

        if (!Buffer.TryPeek(_recordHeaderLength + (int)captured, out ReadOnlySpan<byte> record))
        {
            CutAt(start);
            return false;
        }

        packet.Time = seconds * 1_000_000L + (_hasNanoseconds ? fraction / 1000 : fraction);
        packet.Frame = record[_recordHeaderLength..];
        packet.HasTime = true;
        packet.WireLength = WireLength(wire, captured);
        Buffer.Skip(record.Length);
        return true;
    }

    private ushort Read16(ReadOnlySpan<byte> bytes, int offset)
    {
        ushort value = BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private uint Read32(ReadOnlySpan<byte> bytes, int offset)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
