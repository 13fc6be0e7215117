using System.Net.NetworkInformation;
using PacketDotNet;
using PacketDotNet.Utils;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Puts link headers before IP packets, with PacketDotNet where it has the header.</summary>
internal static class Frames
{
    private const ushort IPv4 = 0x0800;
    private const ushort IPv6 = 0x86DD;

    /// <summary>14 bytes before it.</summary>
    public static byte[] Ethernet(byte[] packet, ushort? etherType = null) =>
        new EthernetPacket(
            PhysicalAddress.Parse("02-00-00-00-00-01"),
            PhysicalAddress.Parse("02-00-00-00-00-02"),
            (EthernetType)(etherType ?? TypeOf(packet))
        )
        {
            PayloadData = packet,
        }.Bytes;

    /// <summary>One tag of four bytes (802.1Q).</summary>
    public static byte[] Vlan(byte[] packet, ushort? etherType = null) => Ethernet(Tag(packet, etherType ?? TypeOf(packet)), 0x8100);

    /// <summary>Two tags (802.1ad): the outer one has a type of its own.</summary>
    public static byte[] QinQ(byte[] packet, ushort outer = 0x88A8) => Ethernet(Tag(Tag(packet, TypeOf(packet)), 0x8100), outer);

    /// <summary>
    /// Adds zeros to the least length of an Ethernet frame, as a network card does (60 bytes without the check
    /// sequence).
    /// </summary>
    public static byte[] Pad(byte[] frame) => [.. frame, .. new byte[Math.Max(0, 60 - frame.Length)]];

    /// <summary>16 bytes before it.</summary>
    public static byte[] LinuxSll(byte[] packet, bool sent = false) =>
        new LinuxSllPacket(new ByteArraySegment(new byte[16]))
        {
            PayloadData = packet,
            Type = sent ? LinuxSllType.PacketSentByUs : LinuxSllType.PacketSentToUs,
            EthernetProtocolType = (EthernetType)TypeOf(packet),
            LinkLayerAddressType = 1,
            LinkLayerAddressLength = 6,
            LinkLayerAddress = [2, 0, 0, 0, 0, 1],
        }.Bytes;

    /// <summary>20 bytes before it.</summary>
    public static byte[] LinuxSll2(byte[] packet, bool sent = false) =>
        new LinuxSll2Packet(new ByteArraySegment(new byte[20]))
        {
            PayloadData = packet,
            Type = sent ? LinuxSll2Type.PacketSentByUs : LinuxSll2Type.PacketSentToUs,
            EthernetProtocolType = (EthernetType)TypeOf(packet),
            InterfaceIndex = 2,
            LinkLayerAddressType = 1,
            LinkLayerAddressLength = 6,
            LinkLayerAddress = [2, 0, 0, 0, 0, 1],
        }.Bytes;

    /// <summary>Four bytes before it: the address family, as a little-endian machine writes it.</summary>
    public static byte[] Null(byte[] packet) =>
        new NullPacket(packet[0] >> 4 == 4 ? NullPacketType.IPv4 : NullPacketType.IPv6) { PayloadData = packet }.Bytes;

    /// <summary>Two bytes before it: the protocol.</summary>
    public static byte[] Ppp(byte[] packet) =>
        new PppPacket { Protocol = packet[0] >> 4 == 4 ? PppProtocol.IPv4 : PppProtocol.IPv6, PayloadData = packet }.Bytes;

    private static byte[] Tag(byte[] packet, ushort etherType) =>
        new Ieee8021QPacket(new ByteArraySegment(new byte[4]))
        {
            PayloadData = packet,
            VlanIdentifier = 42,
            Type = (EthernetType)etherType,
        }.Bytes;

    private static ushort TypeOf(byte[] packet) => packet[0] >> 4 == 4 ? IPv4 : IPv6;
}
