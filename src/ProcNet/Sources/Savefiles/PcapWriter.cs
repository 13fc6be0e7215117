using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>Writes a classic pcap file: microseconds, little-endian, one link type.</summary>
internal sealed class PcapWriter(SavefileTarget target) : SavefileWriter(target)
{
    private LinkLayer? _linkLayer;

    /// <inheritdoc/>
    public override void AddInterface(TrafficInterface captured, int snapLength)
    {
        if (_linkLayer is LinkLayer first)
        {
            if (first != captured.LinkLayer)
            {
                throw new ProcNetException(
                    ProcNetError.LinkTypesDiffer,
                    $"A pcap file holds one link type: '{captured.Name}' is {captured.LinkLayer}, the interfaces before it are {first}.",
                    "Give a path that ends in .pcapng, or one interface.",
                    captured.Name
                );
            }

            return;
        }

        _linkLayer = captured.LinkLayer;
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        header[8..16].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snapLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], PcapNgWriter.SavefileLinkType(captured.LinkLayer));
        Output.Write(header);
    }

    /// <inheritdoc/>
    public override void Write(ushort interfaceSlot, long nanoseconds, ReadOnlySpan<byte> frame, int wireLength, ReadOnlySpan<byte> options)
    {
        Span<byte> header = Output.Take(16);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(nanoseconds / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(nanoseconds % 1_000_000_000 / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], wireLength);
        Output.Write(frame);
    }
}
