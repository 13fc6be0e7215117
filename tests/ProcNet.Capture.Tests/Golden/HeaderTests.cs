using PacketDotNet;
using ProcNet.Flows;
using Xunit;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>What may stand between the link header and the ports, and what may stand in their place.</summary>
public sealed class HeaderTests
{
    private static void AssertRaw(byte[][] packets, string expected) => AssertFlows(LinkLayer.RawLinux, packets, expected);

    [Fact]
    public void A_tcp_conversation_both_ways() =>
        AssertRaw(
            [
                IPv4(Tcp(40000, 443, syn: true, ack: false, options: [2, 4, 5, 0xB4]), TcpProtocol),
                IPv4(Tcp(443, 40000, syn: true), TcpProtocol, There, Here),
                IPv4(Tcp(40000, 443, payload: 100), TcpProtocol),
                IPv4(Tcp(443, 40000, payload: 1000), TcpProtocol, There, Here),
            ],
            "Tcp  192.0.2.1:40000  198.51.100.7:443  184/2  1080/2  NoSocket"
        ); // 44 + 140 and 40 + 1040

    [Fact]
    public void IPv4_options() =>
        AssertRaw(
            [
                IPv4(Udp(5000, 53, 4), UdpProtocol, options: [148, 4, 0, 0]), // router alert, RFC 2113
                IPv4(Udp(5001, 53, 4), UdpProtocol, options: [7, 39, 4, .. new byte[36], 0]), // record route: the longest header, 60 bytes
            ],
            """
            Udp  192.0.2.1:5001  198.51.100.7:53  72/1  0/0  NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  36/1  0/0  NoSocket
            """
        );

    [Theory]
    [InlineData(0)] // hop-by-hop options
    [InlineData(43)] // routing
    [InlineData(60)] // destination options
    [InlineData(135)] // mobility
    [InlineData(139)] // host identity
    [InlineData(140)] // shim6
    public void An_IPv6_extension_header(byte type) =>
        AssertRaw(
            [
                IPv6(Extension(UdpProtocol, 1, Udp(5000, 53, 4)), type), // 40 + 8 + 12
                IPv6(Extension(UdpProtocol, 3, Udp(53, 5000, 4)), type, There6, Here6), // 40 + 24 + 12
            ],
            "Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  60/1  76/1  NoSocket"
        );

    [Fact]
    public void An_authentication_header() =>
        AssertRaw(
            [
                IPv6(Authentication(TcpProtocol, Tcp(40000, 443)), 51), // 40 + 24 + 20
                IPv4(Authentication(TcpProtocol, Tcp(40000, 443)), 51), // 20 + 24 + 20
            ],
            """
            Tcp  [2001:db8::1]:40000  [2001:db8:1::7]:443  84/1  0/0  NoSocket
            Tcp  192.0.2.1:40000      198.51.100.7:443     64/1  0/0  NoSocket
            """
        );

    [Fact]
    public void Many_IPv6_extension_headers_in_the_order_of_the_rfc() =>
        AssertRaw(
            [IPv6(Extension(60, 1, Extension(43, 1, Extension(51, 1, Authentication(60, Extension(TcpProtocol, 2, Tcp(40000, 443)))))), 0)],
            "Tcp  [2001:db8::1]:40000  [2001:db8:1::7]:443  124/1  0/0  NoSocket"
        ); // 40 + 8 + 8 + 8 + 24 + 16 + 20

    [Fact]
    public void An_IPv6_packet_without_anything_after_its_headers() =>
        AssertRaw([IPv6([], 59), IPv6(Extension(59, 1, []), 60)], "59  [2001:db8::1]:0  [2001:db8:1::7]:0  88/2  0/0  Kernel");

    [Fact]
    public void Protocols_with_ports() =>
        AssertRaw(
            [
                IPv4(Tcp(1, 2), 6),
                IPv4(Udp(1, 2, 0), 17),
                IPv4(Ports(1, 2, 16), 33),
                IPv4(Ports(1, 2, 12), 132),
                IPv4(Ports(1, 2, 9), 136),
                IPv6(Tcp(1, 2), 6),
                IPv6(Udp(1, 2, 0), 17),
                IPv6(Ports(1, 2, 16), 33),
                IPv6(Ports(1, 2, 12), 132),
                IPv6(Ports(1, 2, 9), 136),
            ],
            """
            Tcp      [2001:db8::1]:1  [2001:db8:1::7]:2  60/1  0/0  NoSocket
            Dccp     [2001:db8::1]:1  [2001:db8:1::7]:2  56/1  0/0  NoSocket
            Sctp     [2001:db8::1]:1  [2001:db8:1::7]:2  52/1  0/0  NoSocket
            UdpLite  [2001:db8::1]:1  [2001:db8:1::7]:2  49/1  0/0  NoSocket
            Udp      [2001:db8::1]:1  [2001:db8:1::7]:2  48/1  0/0  NoSocket
            Tcp      192.0.2.1:1      198.51.100.7:2     40/1  0/0  NoSocket
            Dccp     192.0.2.1:1      198.51.100.7:2     36/1  0/0  NoSocket
            Sctp     192.0.2.1:1      198.51.100.7:2     32/1  0/0  NoSocket
            UdpLite  192.0.2.1:1      198.51.100.7:2     29/1  0/0  NoSocket
            Udp      192.0.2.1:1      198.51.100.7:2     28/1  0/0  NoSocket
            """
        );

    [Fact]
    public void Protocols_without_ports() =>
        AssertRaw(
            [
                IPv4(new byte[8], 2, to: "224.0.0.22"),
                IPv4(new byte[5], 89),
                IPv4(new byte[100], 50),
                IPv4(IPv4(Udp(1, 2, 0), UdpProtocol), 4),
                IPv4([], 253),
                IPv6(new byte[24], 47),
            ],
            """
            Esp         192.0.2.1:0      198.51.100.7:0     120/1  0/0  Kernel
            Gre         [2001:db8::1]:0  [2001:db8:1::7]:0  64/1   0/0  Kernel
            IPv4Tunnel  192.0.2.1:0      198.51.100.7:0     48/1   0/0  Kernel
            Igmp        192.0.2.1:0      224.0.0.22:0       28/1   0/0  Kernel
            89          192.0.2.1:0      198.51.100.7:0     25/1   0/0  Kernel
            253         192.0.2.1:0      198.51.100.7:0     20/1   0/0  Kernel
            """
        );

    [Fact]
    public void An_echo_has_its_identifier_for_a_port() =>
        AssertRaw(
            [
                IPv4(Icmp(IcmpV4TypeCode.EchoRequest, 7777, 56), 1),
                IPv4(Icmp(IcmpV4TypeCode.EchoReply, 7777, 56), 1, There, Here),
                IPv6(IcmpV6(IcmpV6Type.EchoRequest, 8888, 16), 58),
                IPv6(IcmpV6(IcmpV6Type.EchoReply, 8888, 16), 58, There6, Here6),
            ],
            """
            Icmp    192.0.2.1:7777      198.51.100.7:0     84/1  84/1  Kernel
            IcmpV6  [2001:db8::1]:8888  [2001:db8:1::7]:0  64/1  64/1  Kernel
            """
        );

    [Fact]
    public void Other_icmp_is_the_kernels() =>
        AssertRaw(
            [
                IPv4(Icmp(IcmpV4TypeCode.UnreachablePort, 0, 28), 1, There, Here),
                IPv6(IcmpV6(IcmpV6Type.NeighborSolicitation, 0, 16), 58, to: "ff02::1:ff00:7"),
                IPv4(Icmp(IcmpV4TypeCode.EchoRequest, 9, 0), 1, There, Here), // answered by the kernel
            ],
            """
            IcmpV6  [2001:db8::1]:0  [ff02::1:ff00:7]:0  64/1  0/0   Kernel
            Icmp    192.0.2.1:0      198.51.100.7:0      0/0   56/1  Kernel
            Icmp    192.0.2.1:9      198.51.100.7:0      0/0   28/1  Kernel
            """
        );

    [Fact]
    public void Both_ends_local_gives_two_rows_and_none_gives_one_forwarded() =>
        AssertRaw(
            [
                IPv4(Udp(5000, 53, 4), UdpProtocol, "127.0.0.1", "127.0.0.53"),
                IPv4(Udp(53, 5000, 72), UdpProtocol, "127.0.0.53", "127.0.0.1"),
                IPv4(Udp(6000, 123, 4), UdpProtocol, "203.0.113.9", "203.0.113.4"),
            ],
            """
            Udp  127.0.0.1:5000    127.0.0.53:53    32/1   100/1  NoSocket
            Udp  127.0.0.53:53     127.0.0.1:5000   100/1  32/1   NoSocket
            Udp  203.0.113.9:6000  203.0.113.4:123  32/1   0/0    Forwarded
            """
        );

    [Fact]
    public void The_payload_of_a_jumbogram_is_all_that_the_frame_holds()
    {
        // RFC 2675: the length field is 0. The same where the network card cuts a packet of more than 64 KiB (BIG TCP).
        byte[] jumbo = IPv6(Udp(5000, 53, 70_000 - 8), UdpProtocol);
        jumbo[4] = jumbo[5] = 0;
        byte[] uncut = IPv4(Tcp(40000, 443, 1000), TcpProtocol);
        uncut[2] = uncut[3] = 0;

        AssertRaw(
            [jumbo, uncut],
            """
            Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  70040/1  0/0  NoSocket
            Tcp  192.0.2.1:40000     198.51.100.7:443    1040/1   0/0  NoSocket
            """
        );
    }
}
