using ProcNet.Flows;
using Xunit;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Later fragments have no ports: they belong to the conversation of their first one.</summary>
public sealed class FragmentTests
{
    // 8 + 2992 bytes: 1480 + 1480 + 40 with IPv4 headers, in IPv6 (1448) 1448 + 1448 + 104 with headers of 40 + 8.
    private static readonly byte[] s_datagram = Udp(5000, 53, 2992);

    private static void AssertRaw(byte[][] packets, string expected) => AssertFlows(LinkLayer.RawLinux, packets, expected);

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(2, 1, 0)]
    public void Fragments_of_IPv4_in_any_order(int first, int second, int third)
    {
        byte[][] fragments = FragmentIPv4(IPv4(s_datagram, UdpProtocol), 1480);

        AssertRaw([fragments[first], fragments[second], fragments[third]], "Udp  192.0.2.1:5000  198.51.100.7:53  3060/3  0/0  NoSocket");
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(2, 1, 0)]
    public void Fragments_of_IPv6_in_any_order(int first, int second, int third)
    {
        byte[][] fragments = FragmentIPv6(s_datagram, UdpProtocol, 1448);

        AssertRaw(
            [fragments[first], fragments[second], fragments[third]],
            "Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  3144/3  0/0  NoSocket"
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Destination_options_stand_in_the_first_fragment_only(bool inReverse)
    {
        // Every fragment header names the first header of the whole (60), not the transport protocol (RFC 8200 4.5).
        byte[][] fragments = FragmentIPv6(Extension(UdpProtocol, 1, s_datagram), 60, 1448);

        AssertRaw(
            inReverse ? [.. Enumerable.Reverse(fragments)] : fragments,
            "Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  3152/3  0/0  NoSocket"
        );
    }

    [Fact]
    public void Hop_by_hop_options_stand_before_each_fragment_header()
    {
        static byte[] WithOptions(byte[] fragment) => IPv6(Extension(44, 1, fragment[40..]), 0);

        AssertRaw(
            [.. FragmentIPv6(s_datagram, UdpProtocol, 1448).Select(WithOptions)],
            "Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  3168/3  0/0  NoSocket"
        );
    }

    [Fact]
    public void A_fragment_that_is_the_whole_packet_has_its_ports() =>
        AssertRaw(
            FragmentIPv6(Udp(5000, 53, 4), UdpProtocol, 1448), // "atomic" (RFC 6946): 40 + 8 + 12
            "Udp  [2001:db8::1]:5000  [2001:db8:1::7]:53  60/1  0/0  NoSocket"
        );

    [Fact]
    public void Packets_with_different_identifications_are_kept_apart()
    {
        byte[][] one = FragmentIPv4(IPv4(Udp(5000, 53, 1992), UdpProtocol), 1480, id: 1); // 1500 + 540
        byte[][] other = FragmentIPv4(IPv4(Udp(6000, 53, 2092), UdpProtocol), 1480, id: 2); // 1500 + 640

        AssertRaw(
            [one[0], other[0], other[1], one[1]],
            """
            Udp  192.0.2.1:6000  198.51.100.7:53  2140/2  0/0  NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  2040/2  0/0  NoSocket
            """
        );
    }

    [Fact]
    public void Fragments_of_both_directions_with_one_identification()
    {
        byte[][] sent = FragmentIPv4(IPv4(Udp(5000, 53, 1992), UdpProtocol), 1480);
        byte[][] received = FragmentIPv4(IPv4(Udp(53, 5000, 2092), UdpProtocol, There, Here), 1480);

        AssertRaw([sent[0], received[1], received[0], sent[1]], "Udp  192.0.2.1:5000  198.51.100.7:53  2040/2  2140/2  NoSocket");
    }

    [Fact]
    public void Fragments_of_an_echo_request() =>
        AssertRaw(
            FragmentIPv4(IPv4(Icmp(PacketDotNet.IcmpV4TypeCode.EchoRequest, 7777, 2000), 1), 1480), // 1500 + 548
            "Icmp  192.0.2.1:7777  198.51.100.7:0  2048/2  0/0  Kernel"
        );

    [Fact]
    public void Without_the_first_one_they_are_fragments() =>
        AssertRaw(
            [
                .. FragmentIPv4(IPv4(s_datagram, UdpProtocol), 1480)[1..],
                .. FragmentIPv6(s_datagram, UdpProtocol, 1448, from: There6, to: Here6)[1..],
            ],
            """
            Udp  [2001:db8::1]:0  [2001:db8:1::7]:0  0/0     1648/2  Fragment
            Udp  192.0.2.1:0      198.51.100.7:0     1560/2  0/0     Fragment
            """
        );

    [Fact]
    public void The_local_end_of_a_fragment_is_local_whichever_address_is_the_smaller() =>
        AssertRaw(
            FragmentIPv4(IPv4(s_datagram, UdpProtocol, "10.0.0.9", Here), 1480)[2..],
            "Udp  192.0.2.1:0  10.0.0.9:0  0/0  60/1  Fragment"
        );
}
