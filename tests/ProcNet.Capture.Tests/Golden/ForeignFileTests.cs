using ProcNet.Flows;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Files of other systems and devices: their link types and tags, their forms of pcap, their times.</summary>
public sealed class ForeignFileTests
{
    private const uint EthernetType = 1;
    private const string Query = "Udp 192.0.2.1:5000 198.51.100.7:53 32/1 0/0 NoSocket";

    private static readonly byte[] s_query = IPv4(Udp(5000, 53, 4), UdpProtocol);
    private static readonly byte[] s_answer = IPv4(Udp(53, 5000, 4), UdpProtocol, There, Here);
    private static readonly byte[] s_query6 = IPv6(Udp(5000, 53, 4), UdpProtocol);
    private static readonly byte[] s_snap = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. s_query];
    private static readonly byte[] s_addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    private static readonly byte[] s_ethernet = Ethernet(s_query);

    // Frame control, duration, three addresses, sequence; a data frame to the access point.
    private static readonly byte[] s_wlan = [0x08, 0x01, .. new byte[22], .. s_snap];
    private static readonly byte[] s_wlanWithQos = [0x88, 0x01, .. new byte[24], .. s_snap];

    public static TheoryData<uint, byte[]> LinkTypes =>
        new()
        {
            { 6, [0x10, 0x40, .. s_addresses, .. s_snap] }, // token ring
            { 6, [0x10, 0x40, .. s_addresses[..6], 0x82, .. new byte[5], 6, .. new byte[5], .. s_snap] }, // with a route of 6 bytes
            { 8, [1, .. new byte[15], .. s_query] }, // SLIP
            { 10, [0x57, .. s_addresses, .. s_snap] }, // FDDI
            { 51, [0x11, 0, 0, 1, 0, 34, 0, 0x21, .. s_query] }, // PPPoE
            { 100, s_snap }, // ATM
            { 100, [0xAA, 0xAA, 3, 0, 0x80, 0xC2, 0, 7, 0, 0, .. s_ethernet] }, // bridged
            { 105, s_wlan },
            { 105, s_wlanWithQos },
            { 105, [0x88, 0x81, .. new byte[28], .. s_snap] }, // with HT control
            { 105, [0x08, 0x03, .. new byte[28], .. s_snap] }, // between access points: a fourth address
            { 105, [0x88, 0x01, .. new byte[22], 0x80, 0, .. new byte[14], .. s_snap] }, // A-MSDU
            { 109, [2, 0, 0, 0, .. new byte[8], .. s_query] }, // IPsec of BSD
            { 117, [61, 2, .. new byte[62], .. s_query] }, // log of a packet filter
            { 119, [0x44, 0, 0, 0, 144, 0, 0, 0, .. new byte[136], .. s_wlan] }, // Prism
            { 119, [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. s_wlan] }, // AVS under its number
            { 122, [.. new byte[16], .. s_snap] }, // Fibre Channel
            { 127, [0, 0, 8, 0, 0, 0, 0, 0, .. s_wlan] }, // radiotap
            { 127, [0, 0, 9, 0, 2, 0, 0, 0, 0x20, 0x88, 0x01, .. new byte[24], 0, 0, .. s_snap] }, // padded
            { 163, [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. s_wlan] }, // AVS
            { 192, [0, 0, 8, 0, 105, 0, 0, 0, .. s_wlan] }, // PPI
            { 192, [0, 0, 8, 0, 1, 0, 0, 0, .. s_ethernet] },
            { 204, [1, 0xFF, 3, 0, 0x21, .. s_query] }, // PPP with a direction
            { 205, [1, 0x0F, 0, 8, 0, .. s_query] }, // Cisco HDLC with a direction
            { 219, [0, 0, 0x11, 64, .. s_query] }, // MPLS
            { 226, [1, 2, .. new byte[22], .. s_query] }, // IPNET
            { 240, [.. new byte[4], .. s_ethernet] }, // netANALYZER
            { 241, [.. new byte[12], .. s_ethernet] },
            { 242, [.. new byte[40], 8, 0, 0, 0, .. s_query] }, // InfiniBand
            { 258, PacketTap(1, s_ethernet) },
            { 258, PacketTap(12, s_query) },
            { 149, PacketTap(1, s_ethernet) },
            { 281, [.. s_addresses, 0, 0, 0, 1, 8, 0, .. s_query] }, // switches' tags
            { 282, [0, 0, 0, 1, .. s_ethernet] },
            { 284, [.. s_addresses, 0x40, 0, 0, 0, 8, 0, .. s_query] },
            { 285, [.. s_addresses, 0xDA, 0xDA, 0, 0, 0x40, 0, 0, 0, 8, 0, .. s_query] },
        };

    [Theory]
    [MemberData(nameof(LinkTypes))]
    public void Link_types_of_other_systems_and_devices(uint linkType, byte[] frame) => AssertFile(Pcap(linkType, frame), Query);

    [Theory]
    [MemberData(nameof(LinkTypes))]
    public void A_frame_cut_anywhere_is_counted_with_all_its_bytes_or_those_behind_its_header(uint linkType, byte[] frame)
    {
        for (int cut = 0; cut < frame.Length; cut++)
        {
            byte[] file = new SavefileBytes(false)
                .PcapHeader(SavefileBytes.Microseconds, linkType)
                .PcapPacket(1_700_000_000, 0, frame[..cut], frame.Length)
                .ToArray();

            GoldenCapture capture = Read(path => File.WriteAllBytes(path, file), "pcap");

            Assert.Equal(1, capture.Statistics.Packets);
            Assert.InRange(capture.Statistics.Bytes, 0, frame.Length);
            capture.AssertBalanced();
        }
    }

    public static TheoryData<byte[]> Tags =>
        new()
        {
            { [.. s_addresses, 0x88, 0xE7, 0, 0, 0, 1, .. s_ethernet] }, // 802.1ah
            { [.. s_addresses, 0x88, 0xA8, 0, 7, 0x88, 0xE7, 0, 0, 0, 1, .. s_ethernet] }, // behind its backbone's VLAN
            { [.. s_addresses, 0x89, 0x26, 0, 1, 0, 2, 8, 0, .. s_query] }, // VN-Tag
            { [.. s_addresses, 0x89, 0x3F, 0, 1, 0, 2, 0, 0, 8, 0, .. s_query] }, // 802.1BR
            { [.. s_addresses, 0x88, 0xE5, 0, 0, 0, 0, 0, 1, 8, 0, .. s_query] }, // MACsec, integrity only
            { [.. s_addresses, 0x88, 0xE5, 0x20, 0, 0, 0, 0, 1, .. new byte[8], 8, 0, .. s_query] }, // with its channel's number
            { [.. s_addresses, 0x88, 0x47, 0, 0, 0x11, 64, 0, 0, 0, 0, .. s_ethernet] }, // Ethernet over MPLS with a control word
            { [.. s_addresses, 0x88, 0x47, 0, 0, 0x11, 64, .. s_ethernet] }, // without
            { [.. s_addresses, 0x88, 0x64, 0x11, 0, 0, 1, 0, 34, 0, 0x21, .. s_query] }, // PPPoE
            { [.. s_addresses, 0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0, 1, 0, 33, 0x21, .. s_query] }, // in a VLAN, its protocol compressed
            { [.. s_addresses, 0xDA, 0xDA, 0, 0, 0x40, 0, 0, 0, 8, 0, .. s_query] }, // a Marvell switch's
            { [.. s_addresses, 0x89, 0x09, 1, 1, 0, 1, 0, 0, 8, 0, .. s_query] }, // Cisco's metadata
        };

    [Theory]
    [MemberData(nameof(Tags))]
    public void Tags_of_switches_and_tunnels_of_the_link(byte[] frame) => AssertFile(Pcap(EthernetType, frame), Query);

    [Fact]
    public void What_MACsec_encrypted_is_not_IP() =>
        AssertFile(Pcap(EthernetType, [.. s_addresses, 0x88, 0xE5, 0x0C, 0, 0, 0, 0, 1, 8, 0, .. s_query]), "None - - 0/0 40/1 NotIP");

    [Fact]
    public void A_modified_pcap_has_eight_bytes_more_a_record()
    {
        foreach (bool isBigEndian in new[] { false, true })
        {
            var file = new SavefileBytes(isBigEndian).PcapHeader(0xA1B2CD34, EthernetType);
            foreach (byte[] frame in new[] { Ethernet(s_query), Ethernet(s_answer) })
            {
                file.Number(1_700_000_000).Number(0).Number((uint)frame.Length).Number((uint)frame.Length).Number(2).Number(0x0800);
                file.Raw(frame);
            }

            AssertFile(file.ToArray(), "Udp 192.0.2.1:5000 198.51.100.7:53 32/1 32/1 NoSocket", packets: 2);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_length_on_the_wire_that_cannot_be_is_told_of_and_the_packet_counted(bool isPcapNg)
    {
        const int Impossible = unchecked((int)0x80000040);
        byte[] frame = Ethernet(s_query);
        byte[] file = isPcapNg
            ? new SavefileBytes(false)
                .Section()
                .Interface(1)
                .Packet(0, 1, frame)
                .Packet(0, 2, frame, Impossible)
                .Packet(0, 3, frame)
                .ToArray()
            : new SavefileBytes(false)
                .PcapHeader(SavefileBytes.Microseconds, EthernetType)
                .PcapPacket(1, 0, frame)
                .PcapPacket(2, 0, frame, Impossible)
                .PcapPacket(3, 0, frame)
                .ToArray();

        GoldenCapture capture = Read(path => File.WriteAllBytes(path, file), "pcap");

        AssertRows("Udp 192.0.2.1:5000 198.51.100.7:53 96/3 0/0 NoSocket", capture, 3);
        Notice notice = Assert.Single(capture.Notices);
        Assert.Equal(NoticeKind.SavefileContradicts, notice.Kind);
        Assert.Contains("on the wire: 1.", notice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new uint[] { 0, 1, 2 }, 2)] // zero is a time
    [InlineData(new uint[] { 100, 95, 105 }, 10)]
    [InlineData(new uint[] { 105, 100, 95 }, 10)]
    public void Times_begin_anywhere_and_come_in_any_order(uint[] seconds, int expected)
    {
        var file = new SavefileBytes(false).PcapHeader(SavefileBytes.Microseconds, EthernetType);
        foreach (uint second in seconds)
        {
            file.PcapPacket(second, 0, Ethernet(s_query));
        }

        GoldenCapture capture = Read(path => File.WriteAllBytes(path, file.ToArray()), "pcap");

        TrafficFlow flow = Assert.Single(capture.Flows);
        Assert.Equal(TimeSpan.FromSeconds(expected), flow.Duration);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(seconds.Min()), flow.CreationTime.ToUniversalTime());
        Assert.Equal(TimeSpan.FromSeconds(expected), capture.Statistics.Duration);
    }

    [Theory]
    [InlineData(0, "ip6", 3)]
    [InlineData(0, "udp port 53", 4)]
    [InlineData(0, "ip", 1)]
    [InlineData(108, "ip6", 3)]
    [InlineData(108, "udp port 53", 4)]
    public void Filters_find_IPv6_of_every_system_in_loopback_headers(uint linkType, string filter, int expected)
    {
        var file = new SavefileBytes(false).PcapHeader(SavefileBytes.Microseconds, linkType);
        foreach (byte family in new byte[] { 24, 28, 30, 2 })
        {
            byte[] header = linkType == 0 ? [family, 0, 0, 0] : [0, 0, 0, family];
            file.PcapPacket(1, 0, [.. header, .. family == 2 ? s_query : s_query6]);
        }

        Assert.Equal(expected, Read(path => File.WriteAllBytes(path, file.ToArray()), "pcap", filter).Statistics.Packets);
    }

    [Theory]
    [InlineData(242)]
    [InlineData(10)]
    public void Filters_work_on_link_types_that_libpcap_may_not_compile_for(uint linkType)
    {
        byte[] frame = linkType == 242 ? [.. new byte[40], 8, 0, 0, 0, .. s_query] : [0x57, .. s_addresses, .. s_snap];
        byte[] file = Pcap(linkType, frame);

        Assert.Equal(1, Read(path => File.WriteAllBytes(path, file), "pcap", "udp port 53").Statistics.Packets);
        Assert.Equal(0, Read(path => File.WriteAllBytes(path, file), "pcap", "tcp").Statistics.Packets);
    }

    private static byte[] PacketTap(byte linkType, byte[] frame) =>
        [108, 0, 0, 0, 1, 0, 0, 0, linkType, 0, 0, 0, .. "en0"u8, .. new byte[21], 2, 0, 0, 0, .. new byte[68], .. frame];

    private static byte[] Pcap(uint linkType, byte[] frame) =>
        new SavefileBytes(false).PcapHeader(SavefileBytes.Microseconds, linkType).PcapPacket(1_700_000_000, 0, frame).ToArray();

    private static void AssertFile(byte[] file, string expected, int packets = 1) =>
        AssertTable(expected, Read(path => File.WriteAllBytes(path, file), "pcap"), packets);
}
