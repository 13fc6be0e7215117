using ProcNet.Traffic;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.Packets;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>The same two packets behind each link header: the bytes are those of IP, whatever stands before.</summary>
public sealed class LinkTypeTests
{
    // 20 + 8 + 4 bytes sent to a name server, 40 + 20 + 100 received of a web server.
    private static readonly byte[] s_query = IPv4(Udp(5000, 53, 4), UdpProtocol);
    private static readonly byte[] s_answer = IPv6(Tcp(443, 40000, 100), TcpProtocol, There6, Here6);

    private const string Expected =
        """
        Tcp  [2001:db8::1]:40000  [2001:db8:1::7]:443  0/0   160/1  NoSocket
        Udp  192.0.2.1:5000       198.51.100.7:53      32/1  0/0    NoSocket
        """;

    [Fact]
    public void Ethernet_() => AssertFlows(LinkLayer.Ethernet, [Ethernet(s_query), Ethernet(s_answer)], Expected);

    [Fact]
    public void EthernetWithAVlanTag() => AssertFlows(LinkLayer.Ethernet, [Vlan(s_query), Vlan(s_answer)], Expected);

    [Theory]
    [InlineData(0x88A8)]
    [InlineData(0x9100)]
    [InlineData(0x8100)]
    public void EthernetWithTwoVlanTags(int outer) =>
        AssertFlows(LinkLayer.Ethernet, [QinQ(s_query, (ushort)outer), QinQ(s_answer, (ushort)outer)], Expected);

    [Fact]
    public void LinuxCooked() => AssertFlows(LinkLayer.LinuxSll, [LinuxSll(s_query, sent: true), LinuxSll(s_answer)], Expected);

    [Fact]
    public void LinuxCookedVersion2() => AssertFlows(LinkLayer.LinuxSll2, [LinuxSll2(s_query, sent: true), LinuxSll2(s_answer)], Expected);

    [Fact]
    public void RawIP() => AssertFlows(LinkLayer.RawLinux, [s_query, s_answer], Expected);

    [Fact]
    public void RawIPOfOneVersion()
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
    public void LoopbackOfEverySystemAndByteOrder(byte familyOfIPv6)
    {
        AssertFlows(LinkLayer.Null, [[2, 0, 0, 0, .. s_query], [familyOfIPv6, 0, 0, 0, .. s_answer]], Expected);
        AssertFlows(LinkLayer.Null, [[0, 0, 0, 2, .. s_query], [0, 0, 0, familyOfIPv6, .. s_answer]], Expected);
        AssertFlows(LinkLayer.Loop, [[0, 0, 0, 2, .. s_query], [0, 0, 0, familyOfIPv6, .. s_answer]], Expected);
    }

    [Fact]
    public void PppByPacketDotNet() => AssertFlows(LinkLayer.Ppp, [Ppp(s_query), Ppp(s_answer)], Expected);

    [Fact]
    public void WifiByPacketDotNet()
    {
        // A data frame to the access point (IEEE 802.11 9.3.2.1), LLC and SNAP (RFC 1042); a check sequence at the end.
        static byte[] Wifi(byte[] packet) =>
            [0x08, 0x01, 0, 0, .. new byte[20], 0xAA, 0xAA, 3, 0, 0, 0, .. packet[0] >> 4 == 4 ? new byte[] { 0x08, 0 } : [0x86, 0xDD], .. packet, 0, 0, 0, 0];

        static byte[] Radiotap(byte[] packet) => [0, 0, 8, 0, 0, 0, 0, 0, .. Wifi(packet)];

        AssertFlows(LinkLayer.Ieee80211, [Wifi(s_query), Wifi(s_answer)], Expected);
        AssertFlows(LinkLayer.Ieee80211Radiotap, [Radiotap(s_query), Radiotap(s_answer)], Expected);
    }
}
