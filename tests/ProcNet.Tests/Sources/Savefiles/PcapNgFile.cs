using System.Buffers.Binary;
using System.Text;

namespace ProcNet.Tests.Sources.Savefiles;

/// <summary>
/// A pcapng file as another program writes it, of either byte order, made from the published layout. Packets are UDP of 32 bytes
/// of IP.
/// </summary>
internal sealed class PcapNgFile
{
    /// <summary>The time that packets' offsets count from: 10 September 2025, in microseconds.</summary>
    public const long Base = 1_757_500_000_000_000;

    /// <summary>The IP bytes of each packet.</summary>
    public const int PacketBytes = 32;

    private readonly List<byte> _bytes = [];
    private bool _isBig;

    public PcapNgFile Section(bool isBig = false)
    {
        _isBig = isBig;
        Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(1), .. U16(0), .. Enumerable.Repeat((byte)0xFF, 8)]);
        Block(1, [.. U16(1), .. U16(0), .. U32(65535)]);
        return this;
    }

    /// <summary>Wireshark's process entry; its numbers are little-endian in any section.</summary>
    public PcapNgFile Process(uint id, params (int Code, byte[] Value)[] options)
    {
        bool section = _isBig;
        _isBig = false;
        byte[] entry = [.. U32(id), .. Options(options)];
        byte[] data = [.. U32(3), .. U32((uint)entry.Length), .. Padded(entry)];
        _isBig = section;
        Block(0xBAD, [.. U32(32622), .. data]);
        return this;
    }

    public PcapNgFile Darwin(uint id, string name)
    {
        Block(0x80000001, [.. U32(id), .. Options((2, Encoding.UTF8.GetBytes(name)))]);
        return this;
    }

    public PcapNgFile Packet(long offset, params (int Code, byte[] Value)[] options) => PacketOf(offset, 40000, 40001, options);

    public PcapNgFile PacketOf(long offset, int from, int to, params (int Code, byte[] Value)[] options)
    {
        byte[] frame =
        [
            0,
            0,
            0,
            0,
            0,
            2,
            0,
            0,
            0,
            0,
            0,
            1,
            8,
            0,
            0x45,
            0,
            0,
            PacketBytes,
            0,
            1,
            0,
            0,
            64,
            17,
            0,
            0,
            10,
            0,
            0,
            (byte)(from == 40001 ? 2 : 1),
            10,
            0,
            0,
            (byte)(from == 40001 ? 1 : 2),
            (byte)(from >> 8),
            (byte)from,
            (byte)(to >> 8),
            (byte)to,
            0,
            12,
            0,
            0,
            1,
            2,
            3,
            4,
        ];
        long time = Base + offset;
        Block(
            6,
            [
                .. U32(0),
                .. U32((uint)(time >> 32)),
                .. U32((uint)time),
                .. U32((uint)frame.Length),
                .. U32((uint)frame.Length),
                .. Padded(frame),
                .. Options(options),
            ]
        );
        return this;
    }

    /// <summary>The option that names a process, in the section's byte order.</summary>
    public (int Code, byte[] Value) Owner(uint id) => (8, [.. U32(id), .. U32(0)]);

    public (int Code, byte[] Value) Flags(uint direction) => (2, U32(direction));

    public static (int Code, byte[] Value) Comment(string text) => (1, Encoding.UTF8.GetBytes(text));

    public static (int Code, byte[] Value) Words(int code, string text) => (code, Encoding.UTF8.GetBytes(text));

    public static (int Code, byte[] Value) Number(int code, uint value) => (code, BitConverter.GetBytes(value));

    public static (int Code, byte[] Value) Long(int code, long value) => (code, BitConverter.GetBytes(value));

    /// <summary>Writes it where a test may read it.</summary>
    public string Write()
    {
        string path = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        File.WriteAllBytes(path, [.. _bytes]);
        return path;
    }

    private void Block(uint type, byte[] body)
    {
        byte[] padded = Padded(body);
        _bytes.AddRange([.. U32(type), .. U32((uint)padded.Length + 12), .. padded, .. U32((uint)padded.Length + 12)]);
    }

    private byte[] Options(params (int Code, byte[] Value)[] options) =>
        options.Length == 0
            ? []
            :
            [
                .. options.SelectMany(option =>
                    (byte[])[.. U16((ushort)option.Code), .. U16((ushort)option.Value.Length), .. Padded(option.Value)]
                ),
                .. U32(0),
            ];

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 3]];

    private byte[] U16(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, _isBig ? BinaryPrimitives.ReverseEndianness(value) : value);
        return bytes;
    }

    private byte[] U32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, _isBig ? BinaryPrimitives.ReverseEndianness(value) : value);
        return bytes;
    }
}
