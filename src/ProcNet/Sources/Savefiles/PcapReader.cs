using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>Reads classic pcap files (draft-ietf-opsawg-pcap): either byte order, microseconds or nanoseconds.</summary>
internal sealed class PcapReader : SavefileReader
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;

    private readonly bool _isSwapped;
    private readonly bool _hasNanoseconds;

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
        _isSwapped = magic is not (MicrosecondMagic or NanosecondMagic);
        magic = Read32(header, 0);
        if (magic is not (MicrosecondMagic or NanosecondMagic))
        {
            throw NotACapture(path);
        }

        _hasNanoseconds = magic == NanosecondMagic;

        // The upper bits tell of a frame check sequence; the lower 16 are the link type.
        Declare(new SavefileInterface(null, (LinkLayer)(Read32(header, 20) & 0xFFFF)));
        buffer.Skip(FileHeaderLength);
    }

    /// <inheritdoc/>
    public override bool TryRead(out SavefilePacket packet)
    {
        packet = default;
        long start = Buffer.Position;
        if (!Buffer.TryPeek(RecordHeaderLength, out ReadOnlySpan<byte> header))
        {
            if (!Buffer.IsAtEnd)
            {
                CutAt(start);
            }

            return false;
        }

        uint seconds = Read32(header, 0);
        uint fraction = Read32(header, 4);
        uint captured = Read32(header, 8);
        uint wire = Read32(header, 12);
        if (captured > MaxCapturedLength || wire > int.MaxValue)
        {
            DamagedAt(start);
            return false;
        }

        if (!Buffer.TryPeek(RecordHeaderLength + (int)captured, out ReadOnlySpan<byte> record))
        {
            CutAt(start);
            return false;
        }

        packet.Time = seconds * 1_000_000L + (_hasNanoseconds ? fraction / 1000 : fraction);
        packet.Frame = record[RecordHeaderLength..];
        packet.WireLength = Math.Max((int)wire, (int)captured);
        Buffer.Skip(record.Length);
        return true;
    }

    private uint Read32(ReadOnlySpan<byte> bytes, int offset)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
