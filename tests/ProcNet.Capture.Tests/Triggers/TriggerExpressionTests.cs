using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using ProcNet.Capture.Triggers;
using ProcNet.Flows;
using Xunit;

namespace ProcNet.Capture.Tests.Triggers;

/// <summary>The filter itself, compiled and run by libpcap.</summary>
public sealed class TriggerExpressionTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void A_syn_passes_and_an_ack_does_not(int version)
    {
        Assert.True(Passes(Frame(version, new TcpPacket(1, 2) { Synchronize = true }), TriggerScope.Full));
        Assert.True(Passes(Frame(version, new TcpPacket(1, 2) { Synchronize = true }), TriggerScope.Connections));
        Assert.False(Passes(Frame(version, new TcpPacket(1, 2) { Acknowledgment = true }), TriggerScope.Full));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void A_datagram_passes_unless_its_conversation_is_left_out(int version)
    {
        var without = new TriggerScope(true, [PortPair.Of(5000, 40000)]);

        Assert.True(Passes(Frame(version, new UdpPacket(5000, 40000)), TriggerScope.Full));
        Assert.False(Passes(Frame(version, new UdpPacket(5000, 40000)), without));
        Assert.False(Passes(Frame(version, new UdpPacket(40000, 5000)), without));
        Assert.True(Passes(Frame(version, new UdpPacket(40000, 5001)), without));
        Assert.False(Passes(Frame(version, new UdpPacket(5000, 40000)), TriggerScope.Connections));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1480, false)] // a later fragment has no ports
    public void Of_a_datagram_in_IPv6_fragments_the_first_passes_unless_its_conversation_is_left_out(int offset, bool expected)
    {
        byte[] frame = Frame(6, new UdpPacket(5000, 40000));
        byte[] fragment = [.. frame[..54], 17, 0, (byte)(offset >> 8), (byte)((offset & 0xF8) | 1), 0, 0, 0, 7, .. frame[54..]];
        fragment[20] = 44; // the next header

        Assert.Equal(expected, Passes(fragment, TriggerScope.Full));
        Assert.False(Passes(fragment, new TriggerScope(true, [PortPair.Of(5000, 40000)])));
    }

    [Fact]
    public void The_users_filter_holds_for_the_trigger_too()
    {
        byte[] frame = Frame(4, new UdpPacket(5000, 40000));

        Assert.True(Passes(frame, TriggerScope.Full, "port 5000 or port 1"));
        Assert.False(Passes(frame, TriggerScope.Full, "port 1 or port 2"));
    }

    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.RawLinux)]
    [InlineData(LinkLayer.LinuxSll)]
    [InlineData(LinkLayer.LinuxSll2)]
    [InlineData(LinkLayer.Null)]
    internal void TheLargestFilterCompilesForEveryLinkType(LinkLayer linkLayer)
    {
        PortPair[] most = [.. Enumerable.Range(1, TriggerPolicy.MostExclusions).Select(port => PortPair.Of((ushort)port, 9))];

        using PcapFilter filter = PcapFilter.Compile(
            TriggerExpression.Write("ip or ip6", new TriggerScope(true, most), linkLayer),
            linkLayer
        );

        Assert.False(filter.Matches(new byte[64], 64));
    }

    private static bool Passes(byte[] frame, TriggerScope scope, string? userFilter = null)
    {
        using PcapFilter filter = PcapFilter.Compile(TriggerExpression.Write(userFilter, scope, LinkLayer.Ethernet), LinkLayer.Ethernet);
        return filter.Matches(frame, frame.Length);
    }

    private static byte[] Frame(int version, TransportPacket transport)
    {
        IPPacket ip =
            version == 4
                ? new IPv4Packet(IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"))
                : new IPv6Packet(IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        ip.PayloadPacket = transport;
        ip.Protocol = transport is TcpPacket ? ProtocolType.Tcp : ProtocolType.Udp;
        var ethernet = new EthernetPacket(
            PhysicalAddress.Parse("020000000001"),
            PhysicalAddress.Parse("020000000002"),
            version == 4 ? EthernetType.IPv4 : EthernetType.IPv6
        )
        {
            PayloadPacket = ip,
        };
        return ethernet.Bytes;
    }
}
