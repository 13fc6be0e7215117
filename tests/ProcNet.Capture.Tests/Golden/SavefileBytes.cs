using System.Buffers.Binary;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Writes savefiles byte by byte, in either byte order: what libpcap and the product never write, and others do.</summary>
internal sealed class SavefileBytes(bool isBigEndian)
{
    private readonly List<byte> _bytes = [];

    public static uint Microseconds => 0xA1B2C3D4;

    public static uint Nanoseconds => 0xA1B23C4D;

    public byte[] ToArray() => [.. _bytes];

    /// <summary>The header of a pcap file (draft-ietf-opsawg-pcap 4); the magic number tells the resolution.</summary>
    public SavefileBytes PcapHeader(uint magic, uint linkType) =>
        Number(magic).Short(2).Short(4).Number(0).Number(0).Number(262144).Number(linkType);

    /// <summary>A packet of a pcap file; the fraction is in the file's resolution.</summary>
    public SavefileBytes PcapPacket(uint seconds, uint fraction, byte[] frame, int? wireLength = null) =>
        Number(seconds).Number(fraction).Number((uint)frame.Length).Number((uint)(wireLength ?? frame.Length)).Bytes(frame);

    /// <summary>A section of a pcapng file (draft-ietf-opsawg-pcapng 4.1).</summary>
    public SavefileBytes Section() =>
        Block(0x0A0D0D0A, body => body.Number(0x1A2B3C4D).Short(1).Short(0).Number(uint.MaxValue).Number(uint.MaxValue));

    /// <summary>
    /// An interface (4.2), with its name, the resolution of its times (a power of ten; of two with the highest bit), and the
    /// seconds to add to them.
    /// </summary>
    public SavefileBytes Interface(
        ushort linkType,
        string? name = null,
        byte? resolution = null,
        uint snapLength = 262144,
        long? offset = null
    ) =>
        Block(
            1,
            body =>
            {
                body.Short(linkType).Short(0).Number(snapLength);
                if (name is not null)
                {
                    body.Option(2, System.Text.Encoding.UTF8.GetBytes(name));
                }

                if (resolution is byte value)
                {
                    body.Option(9, [value]);
                }

                if (offset is long seconds)
                {
                    body.Option(14, body.EightBytes((ulong)seconds));
                }

                body.Number(0);
            }
        );

    /// <summary>An enhanced packet (4.3) at a time in its interface's resolution.</summary>
    public SavefileBytes Packet(uint captured, ulong time, byte[] frame, int? wireLength = null) =>
        Block(
            6,
            body =>
                body.Number(captured)
                    .Number((uint)(time >> 32))
                    .Number((uint)time)
                    .Number((uint)frame.Length)
                    .Number((uint)(wireLength ?? frame.Length))
                    .Padded(frame)
        );

    /// <summary>A simple packet (4.4): of the first interface, without a time.</summary>
    public SavefileBytes SimplePacket(byte[] frame, int? wireLength = null) =>
        Block(3, body => body.Number((uint)(wireLength ?? frame.Length)).Padded(frame));

    /// <summary>A packet in the form that came before the enhanced one (appendix A).</summary>
    public SavefileBytes ObsoletePacket(ushort captured, ulong time, byte[] frame) =>
        Block(
            2,
            body =>
                body.Short(captured)
                    .Short(0)
                    .Number((uint)(time >> 32))
                    .Number((uint)time)
                    .Number((uint)frame.Length)
                    .Number((uint)frame.Length)
                    .Padded(frame)
        );

    /// <summary>An interface's counts (4.6) so far: dropped by the interface, dropped by the system.</summary>
    public SavefileBytes Statistics(uint captured, ulong interfaceDropped, ulong systemDropped) =>
        Block(
            5,
            body =>
                body.Number(captured)
                    .Number(0)
                    .Number(0)
                    .Option(5, body.EightBytes(interfaceDropped))
                    .Option(7, body.EightBytes(systemDropped))
                    .Number(0)
        );

    /// <summary>Any block.</summary>
    public SavefileBytes Block(uint type, Action<SavefileBytes> write)
    {
        var body = new SavefileBytes(isBigEndian);
        write(body);
        uint length = (uint)body._bytes.Count + 12;
        return Number(type).Number(length).Bytes(body.ToArray()).Number(length);
    }

    public SavefileBytes Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        }

        _bytes.AddRange(bytes);
        return this;
    }

    public SavefileBytes Raw(byte[] bytes) => Bytes(bytes);

    private SavefileBytes Short(ushort value)
    {
        Span<byte> bytes = [(byte)value, (byte)(value >> 8)];
        if (isBigEndian)
        {
            bytes.Reverse();
        }

        _bytes.AddRange(bytes);
        return this;
    }

    private SavefileBytes Bytes(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private SavefileBytes Padded(byte[] bytes) => Bytes(bytes).Bytes(new byte[-bytes.Length & 3]);

    private SavefileBytes Option(ushort code, byte[] value) => Short(code).Short((ushort)value.Length).Padded(value);

    private byte[] EightBytes(ulong value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        if (isBigEndian == BitConverter.IsLittleEndian)
        {
            Array.Reverse(bytes);
        }

        return bytes;
    }
}
