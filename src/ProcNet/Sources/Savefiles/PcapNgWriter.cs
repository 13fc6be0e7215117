using System.Buffers.Binary;
using System.Text;
using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>Writes a pcapng file (draft-ietf-opsawg-pcapng): one section, an interface block for each interface.</summary>
internal sealed class PcapNgWriter : SavefileWriter
{
    private const int NameOption = 2;

    /// <summary>Writes the section header.</summary>
    public PcapNgWriter(SavefileTarget target)
        : base(target)
    {
        Span<byte> block = stackalloc byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(block, PcapNgReader.SectionHeader);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(block[14..], 0);

        // The length of the section is not known beforehand.
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], block.Length);
        File.Write(block);
    }

    /// <summary>The number that savefiles use for a link type: raw IP has one of its own.</summary>
    public static int SavefileLinkType(LinkLayer linkLayer) =>
        (int)(linkLayer is LinkLayer.RawLinux or LinkLayer.RawOpenBsd ? LinkLayer.Raw : linkLayer);

    /// <inheritdoc/>
    public override void AddInterface(TrafficInterface captured, int snapLength)
    {
        byte[] name = Encoding.UTF8.GetBytes(captured.Name);
        int paddedName = (name.Length + 3) & ~3;
        byte[] block = new byte[8 + 8 + 4 + paddedName + 4 + 4];
        BinaryPrimitives.WriteInt32LittleEndian(block, 1);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), block.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(8), (ushort)SavefileLinkType(captured.LinkLayer));
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(12), snapLength);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(16), NameOption);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(18), (ushort)name.Length);
        name.CopyTo(block.AsSpan(20));
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(block.Length - 4), block.Length);
        File.Write(block);
    }

    /// <inheritdoc/>
    public override void Write(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        int padding = -frame.Length & 3;
        int length = 28 + frame.Length + padding + 4;
        Span<byte> header = stackalloc byte[28];
        BinaryPrimitives.WriteInt32LittleEndian(header, 6);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], interfaceSlot);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)((ulong)time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)time);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], wireLength);
        File.Write(header);
        File.Write(frame);
        Span<byte> trailer = stackalloc byte[8];
        trailer.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(trailer[padding..], length);
        File.Write(trailer[..(padding + 4)]);
    }

    /// <inheritdoc/>
    public override void WriteStatistics(ushort interfaceSlot, long time, long dropped, long droppedByInterface)
    {
        // Interface statistics block (4.6): two counts of eight bytes, an end of options.
        Span<byte> block = stackalloc byte[20 + 12 + 12 + 4 + 4];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, PcapNgReader.InterfaceStatistics);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], interfaceSlot);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((ulong)time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)time);
        WriteCount(block[20..], PcapNgReader.InterfaceDropOption, droppedByInterface);
        WriteCount(block[32..], PcapNgReader.SystemDropOption, dropped);
        BinaryPrimitives.WriteInt32LittleEndian(block[(block.Length - 4)..], block.Length);
        File.Write(block);
    }

    private static void WriteCount(Span<byte> option, int code, long count)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(option, (ushort)code);
        BinaryPrimitives.WriteUInt16LittleEndian(option[2..], sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(option[4..], count);
    }
}
