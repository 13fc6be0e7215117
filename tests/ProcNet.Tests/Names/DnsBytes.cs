using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace ProcNet.Tests.Names;

/// <summary>Makes messages of the domain name system.</summary>
internal static class DnsBytes
{
    public const ushort A = 1;
    public const ushort Cname = 5;
    public const ushort Aaaa = 28;

    public static byte[] Query(ushort id, string name, ushort type = A) => [.. Head(id, 0x0100, 0), .. Question(name, type)];

    public static byte[] Answer(ushort id, string name, ushort type, params byte[][] records) =>
        [.. Head(id, 0x8180, records.Length), .. Question(name, type), .. records.SelectMany(record => record)];

    public static byte[] Address(string owner, string address, uint lifetime = 60)
    {
        byte[] data = IPAddress.Parse(address).GetAddressBytes();
        return Record(Name(owner), data.Length == 4 ? A : Aaaa, lifetime, data);
    }

    public static byte[] Alias(string owner, string target) => Record(Name(owner), Cname, 60, Name(target));

    public static byte[] Record(byte[] owner, ushort type, uint lifetime, byte[] data) =>
        [
            .. owner,
            .. Two(type),
            .. Two(1),
            .. Two((ushort)(lifetime >> 16)),
            .. Two((ushort)lifetime),
            .. Two((ushort)data.Length),
            .. data,
        ];

    public static byte[] Name(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]), 0];

    public static byte[] Two(int number)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)number);
        return bytes;
    }

    private static byte[] Question(string name, ushort type) => [.. Name(name), .. Two(type), .. Two(1)];

    private static byte[] Head(ushort id, int flags, int answers) =>
        [.. Two(id), .. Two(flags), .. Two(1), .. Two(answers), .. Two(0), .. Two(0)];
}
