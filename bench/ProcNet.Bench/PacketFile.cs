using System.Buffers.Binary;

namespace ProcNet.Bench;

/// <summary>Writes a pcap file of TCP packets without the product's help.</summary>
internal static class PacketFile
{
    private const int HeaderBytes = 54;

    /// <summary>Writes it.</summary>
    public static void Write(string path, int packets, int flows)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 96);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        stream.Write(header);

        Span<byte> record = stackalloc byte[16 + HeaderBytes];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], HeaderBytes);
        Span<byte> frame = record[16..];
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        Span<byte> ip = frame[14..];
        ip[0] = 0x45;
        ip[8] = 64;
        ip[9] = 6;
        Span<byte> tcp = ip[20..];
        tcp[12] = 5 << 4;
        tcp[13] = 0x10;
        for (int i = 0; i < packets; i++)
        {
            // A multiplicative step visits the flows in no order that a cache would like.
            uint flow = (uint)((i * 2654435761L) % flows);
            ushort length = (ushort)(40 + (i % 1460));
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(1_700_000_000 + (i / 100_000)));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(i % 100_000 * 10));
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)(length + 14));
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], length);
            BinaryPrimitives.WriteUInt32BigEndian(ip[12..], 0x0A000000 + (flow >> 8));
            BinaryPrimitives.WriteUInt32BigEndian(ip[16..], 0x0A010001);
            BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(1024 + (flow & 255)));
            BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 443);
            stream.Write(record);
        }
    }
}
