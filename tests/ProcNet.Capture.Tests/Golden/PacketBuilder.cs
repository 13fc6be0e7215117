using System.Buffers.Binary;
using System.Net;
using PacketDotNet;
using PacketDotNet.Utils;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Makes IP packets: with PacketDotNet what it can make, the rest by hand after the RFC that is named.</summary>
internal static class PacketBuilder
{
    public const string Here = "192.0.2.1";
    public const string There = "198.51.100.7";
    public const string Here6 = "2001:db8::1";
    public const string There6 = "2001:db8:1::7";

    public const byte TcpProtocol = 6;
    public const byte UdpProtocol = 17;

    /// <summary>A UDP datagram: 8 bytes and the payload.</summary>
    public static byte[] Udp(int from, int to, int payload) =>
        new UdpPacket((ushort)from, (ushort)to) { PayloadData = new byte[payload] }.Bytes;

    /// <summary>A TCP segment: 20 bytes, the options and the payload.</summary>
    public static byte[] Tcp(int from, int to, int payload = 0, bool syn = false, bool ack = true, byte[]? options = null)
    {
        byte[] segment = new TcpPacket((ushort)from, (ushort)to)
        {
            Synchronize = syn,
            Acknowledgment = ack,
            PayloadData = new byte[payload],
        }.Bytes;
        if (options is not null)
        {
            // PacketDotNet reads options and does not make room for them.
            segment = [.. segment[..20], .. options, .. segment[20..]];
            segment[12] = (byte)((20 + options.Length) / 4 << 4);
        }

        return segment;
    }

    /// <summary>An ICMP message with an identifier: 8 bytes and the payload.</summary>
    public static byte[] Icmp(IcmpV4TypeCode type, int identifier, int payload) =>
        new IcmpV4Packet(new ByteArraySegment(new byte[8 + payload])) { TypeCode = type, Id = (ushort)identifier }.Bytes;

    /// <summary>An ICMPv6 message (RFC 4443): 8 bytes and the payload; the identifier, where the type has one, is bytes 4 and 5.</summary>
    public static byte[] IcmpV6(IcmpV6Type type, int identifier, int payload)
    {
        byte[] message = new IcmpV6Packet(new ByteArraySegment(new byte[4])) { Type = type, PayloadData = new byte[4 + payload] }.Bytes;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)identifier);
        return message;
    }

    /// <summary>What begins with two ports and goes on for some bytes: UDP-Lite (RFC 3828), SCTP (RFC 9260), DCCP (RFC 4340).</summary>
    public static byte[] Ports(int from, int to, int length)
    {
        byte[] header = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)to);
        return header;
    }

    /// <summary>An IPv4 packet: 20 bytes, the options and the payload.</summary>
    public static byte[] IPv4(byte[] payload, byte protocol, string from = Here, string to = There, byte[]? options = null)
    {
        byte[] packet = new IPv4Packet(IPAddress.Parse(from), IPAddress.Parse(to))
        {
            Protocol = (ProtocolType)protocol,
            PayloadData = payload,
        }.Bytes;
        if (options is not null)
        {
            // PacketDotNet reads options and does not write them.
            packet = [.. packet[..20], .. options, .. packet[20..]];
            packet[0] = (byte)(0x40 | ((20 + options.Length) / 4));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        }

        return packet;
    }

    /// <summary>An IPv6 packet: 40 bytes and the payload.</summary>
    public static byte[] IPv6(byte[] payload, byte nextHeader, string from = Here6, string to = There6) =>
        new IPv6Packet(IPAddress.Parse(from), IPAddress.Parse(to))
        {
            NextHeader = (ProtocolType)nextHeader,
            PayloadData = payload,
            PayloadLength = (ushort)payload.Length,
        }.Bytes;

    /// <summary>An extension header of units of eight bytes (RFC 8200 4.3, 4.4, 4.6), and what follows it.</summary>
    public static byte[] Extension(byte nextHeader, int units, byte[] rest) =>
        [nextHeader, (byte)(units - 1), .. new byte[(units * 8) - 2], .. rest];

    /// <summary>An authentication header (RFC 4302) with a check value of 12 bytes: 24 bytes, and what follows it.</summary>
    public static byte[] Authentication(byte nextHeader, byte[] rest) => [nextHeader, (24 / 4) - 2, .. new byte[22], .. rest];

    /// <summary>Cuts an IPv4 packet without options into fragments (RFC 791 3.2), each with at most so many bytes of payload.</summary>
    public static byte[][] FragmentIPv4(byte[] packet, int size, ushort id = 77)
    {
        byte[] payload = packet[20..];
        var fragments = new List<byte[]>();
        for (int at = 0; at < payload.Length; at += size)
        {
            int end = Math.Min(at + size, payload.Length);
            fragments.Add(
                new IPv4Packet(new ByteArraySegment([.. packet[..20]]))
                {
                    Id = id,
                    FragmentOffset = at / 8,
                    FragmentFlags = end < payload.Length ? 1 : 0,
                    PayloadData = payload[at..end],
                }.Bytes
            );
        }

        return [.. fragments];
    }

    /// <summary>Cuts what follows an IPv6 header into fragments (RFC 8200 4.5), each with a header of eight bytes of its own.</summary>
    public static byte[][] FragmentIPv6(byte[] payload, byte nextHeader, int size, uint id = 77, string from = Here6, string to = There6)
    {
        var fragments = new List<byte[]>();
        for (int at = 0; at < payload.Length; at += size)
        {
            int end = Math.Min(at + size, payload.Length);
            byte[] header = [nextHeader, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(at | (end < payload.Length ? 1 : 0)));
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), id);
            fragments.Add(IPv6([.. header, .. payload[at..end]], 44, from, to));
        }

        return [.. fragments];
    }
}
