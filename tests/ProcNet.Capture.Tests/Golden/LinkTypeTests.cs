using ProcNet.Flows;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>The same two packets behind each link header: the bytes are those of IP, whatever stands before.</summary>
public sealed class LinkTypeTests
{
    // 20 + 8 + 4 bytes sent to a name server, 40 + 20 + 100 received of a web server.
    private static readonly byte[] s_query = IPv4(Udp(5000, 53, 4), UdpProtocol);
    private static readonly byte[] s_answer = IPv6(Tcp(443, 40000, 100), TcpProtocol, There6, Here6);

    private const string Expected = """
        Tcp  [2001:db8::1]:40000  [2001:db8:1::7]:443  0/0   160/1  NoSocket
        Udp  192.0.2.1:5000       198.51.100.7:53      32/1  0/0    NoSocket
        """;

    [Fact]
    public void Ethernet_() => AssertFlows(LinkLayer.Ethernet, [Ethernet(s_query), Ethernet(s_answer)], Expected);

    [Fact]
    public void Ethernet_with_a_vlan_tag() => AssertFlows(LinkLayer.Ethernet, [Vlan(s_query), Vlan(s_answer)], Expected);

    [Theory]
    [InlineData(0x88A8)]
    [InlineData(0x9100)]
    [InlineData(0x8100)]
    public void Ethernet_with_two_vlan_tags(int outer) =>
        AssertFlows(LinkLayer.Ethernet, [QinQ(s_query, (ushort)outer), QinQ(s_answer, (ushort)outer)], Expected);

    [Fact]
    public void LinuxCooked() => AssertFlows(LinkLayer.LinuxSll, [LinuxSll(s_query, sent: true), LinuxSll(s_answer)], Expected);

    [Fact]
    public void Linux_cooked_version_2() =>
        AssertFlows(LinkLayer.LinuxSll2, [LinuxSll2(s_query, sent: true), LinuxSll2(s_answer)], Expected);

    [Fact]
    public void Raw_IP() => AssertFlows(LinkLayer.RawLinux, [s_query, s_answer], Expected);

    [Fact]
    public void Raw_IP_of_one_version()
    {
        AssertFlows(LinkLayer.IPv4, [s_query], "Udp 192.0.2.1:5000 198.51.100.7:53 32/1 0/0 NoSocket");
        AssertFlows(LinkLayer.IPv6, [s_answer], "Tcp [2001:db8::1]:40000 [2001:db8:1::7]:443 0/0 160/1 NoSocket");
    }

    [Fact]
    public void Loopback() => AssertFlows(LinkLayer.Null, [Null(s_query), Null(s_answer)], Expected);

    [Theory]
    [InlineData(10)] // Linux
    [InlineData(24)] // NetBSD, OpenBSD
    [InlineData(28)] // FreeBSD
    [InlineData(30)] // macOS
    public void Loopback_of_every_system_and_byte_order(byte familyOfIPv6)
    {
        AssertFlows(
            LinkLayer.Null,
            [
                [2, 0, 0, 0, .. s_query],
                [familyOfIPv6, 0, 0, 0, .. s_answer],
            ],
            Expected
        );
        AssertFlows(
            LinkLayer.Null,
            [
                [0, 0, 0, 2, .. s_query],
                [0, 0, 0, familyOfIPv6, .. s_answer],
            ],
            Expected
        );
        AssertFlows(
            LinkLayer.Loop,
            [
                [0, 0, 0, 2, .. s_query],
                [0, 0, 0, familyOfIPv6, .. s_answer],
            ],
            Expected
        );
    }

    [Fact]
    public void Ethernet_with_mpls_labels()
    {
        // RFC 3032 2.1: a label is four bytes, and the last one of the stack has the lowest bit of the third set.
        static byte[] Labelled(byte[] packet) => Ethernet([0, 1, 0x00, 64, 0, 2, 0x01, 64, .. packet], 0x8847);

        AssertFlows(LinkLayer.Ethernet, [Labelled(s_query), Labelled(s_answer)], Expected);
        AssertFlows(LinkLayer.Ethernet, [Vlan([0, 1, 0x01, 64, .. s_query], 0x8848), Labelled(s_answer)], Expected);
    }

    [Fact]
    public void Labels_before_something_else_or_without_an_end_are_not_IP() =>
        AssertFlows(
            LinkLayer.Ethernet,
            [
                Ethernet([0, 1, 0x01, 64, 0, 0, 0, 0, .. new byte[10]], 0x8847), // a control word: Ethernet over MPLS
                Ethernet([0, 1, 0x00, 64, 0, 1, 0x00, 64], 0x8847),
                Ethernet([0, 1, 0x01, 64], 0x8847),
            ],
            "None  -  -  0/0  30/3  NotIP"
        );

    [Fact]
    public void Ethernet_with_llc_and_snap()
    {
        static byte[] Snap(byte[] packet) =>
            Ethernet(
                [0xAA, 0xAA, 3, 0, 0, 0, .. packet[0] >> 4 == 4 ? new byte[] { 0x08, 0 } : [0x86, 0xDD], .. packet],
                (ushort)(packet.Length + 8)
            );

        AssertFlows(LinkLayer.Ethernet, [Snap(s_query), Snap(s_answer)], Expected);
    }

    [Fact]
    public void Ppp_() => AssertFlows(LinkLayer.Ppp, [Ppp(s_query), Ppp(s_answer)], Expected);

    [Theory]
    [InlineData((int)LinkLayer.Ppp)]
    [InlineData((int)LinkLayer.PppHdlc)]
    public void Ppp_with_address_and_control_or_a_compressed_protocol(int linkLayer)
    {
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0xFF, 0x03, .. Ppp(s_query)],
                [0xFF, 0x03, .. Ppp(s_answer)],
            ],
            Expected
        );
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0x21, .. s_query],
                [0xFF, 0x03, 0x57, .. s_answer],
            ],
            Expected
        );
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0x02, 0x81, 0, 1, 1, 64, .. s_query],
                [0x57, .. s_answer],
            ],
            Expected
        ); // MPLS
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0xFF, 0x03, 0xC0, 0x21, 9, 0, 0, 8],
            ],
            "None  -  -  0/0  4/1  NotIP"
        ); // an echo of LCP
    }

    [Theory]
    [InlineData((int)LinkLayer.CiscoHdlc)]
    [InlineData((int)LinkLayer.PppHdlc)]
    public void CiscoHdlc(int linkLayer)
    {
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0x0F, 0, 0x08, 0, .. s_query],
                [0x0F, 0, 0x86, 0xDD, .. s_answer],
            ],
            Expected
        );
        AssertFlows(
            (LinkLayer)linkLayer,
            [
                [0x8F, 0, 0x80, 0x35, .. new byte[18]],
            ],
            "None  -  -  0/0  18/1  NotIP"
        ); // a keep-alive
    }

    [Fact]
    public void FrameRelay()
    {
        AssertFlows(
            LinkLayer.FrameRelay,
            [
                [0x18, 0x41, 3, 0xCC, .. s_query],
                [0x18, 0x41, 3, 0x8E, .. s_answer],
            ],
            Expected
        );
        AssertFlows(
            LinkLayer.FrameRelay,
            [
                [0x18, 0x41, 0x08, 0, .. s_query],
                [0x18, 0x41, 0x86, 0xDD, .. s_answer],
            ],
            Expected
        ); // Cisco's
        AssertFlows(
            LinkLayer.FrameRelay,
            [
                [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 0x08, 0, .. s_query],
                [0x18, 0x42, 0x01, 3, 0x8E, .. s_answer],
            ],
            Expected
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_netfilter_logged(bool isBigEndian)
    {
        // A mark of five bytes, padded to eight, before the packet (linux/netfilter/nfnetlink_log.h).
        byte[] Logged(byte family, byte[] packet) =>
            [family, 0, 0, 7, .. Short(4 + 5), .. Short(10), 1, 2, 3, 4, 5, 0, 0, 0, .. Short(4 + packet.Length), .. Short(9), .. packet];

        byte[] Short(int value) => isBigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];

        AssertFlows(LinkLayer.NetfilterLog, [Logged(2, s_query), Logged(10, s_answer)], Expected);
        AssertFlows(LinkLayer.NetfilterLog, [Logged(7, s_query)], "None  -  -  0/0  32/1  NotIP"); // of a bridge
        AssertFlows(
            LinkLayer.NetfilterLog,
            [
                [2, 0, 0, 7, .. Short(3), .. Short(10), 0, 0],
            ],
            "None  -  -  0/0  6/1  Malformed"
        );
    }

    [Fact]
    public void Wifi_by_packet_dot_net()
    {
        // A data frame to the access point (IEEE 802.11 9.3.2.1), LLC and SNAP (RFC 1042); a check sequence at the end.
        static byte[] Wifi(byte[] packet) =>
            [
                0x08,
                0x01,
                0,
                0,
                .. new byte[20],
                0xAA,
                0xAA,
                3,
                0,
                0,
                0,
                .. packet[0] >> 4 == 4 ? new byte[] { 0x08, 0 } : [0x86, 0xDD],
                .. packet,
                0,
                0,
                0,
                0,
            ];

        static byte[] Radiotap(byte[] packet) => [0, 0, 8, 0, 0, 0, 0, 0, .. Wifi(packet)];

        AssertFlows(LinkLayer.Ieee80211, [Wifi(s_query), Wifi(s_answer)], Expected);
        AssertFlows(LinkLayer.Ieee80211Radiotap, [Radiotap(s_query), Radiotap(s_answer)], Expected);
    }
}
