using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Frames that are longer than their packet, cut, damaged, or not IP.</summary>
public sealed class OddFrameTests
{
    private static readonly byte[] s_packet = IPv4(Udp(5000, 53, 4), UdpProtocol);

    [Fact]
    public void Padding_is_not_counted() =>
        AssertFlows(
            LinkLayer.Ethernet,
            [Pad(Ethernet(s_packet)), Pad(Vlan(s_packet)), Pad(Ethernet(IPv4(Tcp(443, 40000), TcpProtocol, There, Here)))],
            """
            Udp  192.0.2.1:5000   198.51.100.7:53   64/2  0/0   NoSocket
            Tcp  192.0.2.1:40000  198.51.100.7:443  0/0   40/1  NoSocket
            """
        );

    [Fact]
    public void An_empty_packet_is_not_as_long_as_its_padding() =>
        AssertFlows(
            LinkLayer.Ethernet,
            [Pad(Ethernet(IPv6([], 102), 0x86DD))],
            "102  [2001:db8::1]:0  [2001:db8:1::7]:0  40/1  0/0  Kernel"
        );

    [Fact]
    public void Arp_and_other_frames_are_not_IP()
    {
        var arp = new ArpPacket(
            ArpOperation.Request,
            PhysicalAddress.Parse("00-00-00-00-00-00"),
            IPAddress.Parse(There),
            PhysicalAddress.Parse("02-00-00-00-00-01"),
            IPAddress.Parse(Here)
        );

        AssertFlows(
            LinkLayer.Ethernet,
            [
                Ethernet(arp.Bytes, 0x0806), // 28 bytes
                Ethernet(new byte[50], 0x88CC), // LLDP
                Ethernet(new byte[39], 39), // a length: 802.3 with LLC (spanning tree)
                Vlan(new byte[10], 0x0806),
                Ethernet(new byte[30], 0x0806),
            ],
            """
            None  -  -  0/0  68/3  NotIP
            None  -  -  0/0  50/1  NotIP
            None  -  -  0/0  39/1  NotIP
            """
        );
    }

    [Fact]
    public void The_direction_of_a_frame_that_is_not_IP_is_read_where_the_header_tells_it()
    {
        byte[] sent = LinuxSll(s_packet, sent: true);
        byte[] received = LinuxSll2(s_packet);
        sent[14] = received[0] = 0x08;
        sent[15] = received[1] = 0x06;

        AssertFlows(LinkLayer.LinuxSll, [sent], "None  -  -  32/1  0/0  NotIP");
        AssertFlows(LinkLayer.LinuxSll2, [received], "None  -  -  0/0  32/1  NotIP");
    }

    [Fact]
    public void A_short_snap_length_cuts_the_packet_and_not_its_length()
    {
        byte[][] frames =
        [
            Ethernet(IPv4(Udp(5000, 53, 1400), UdpProtocol)), // 1428
            Ethernet(IPv6(Extension(TcpProtocol, 2, Tcp(40000, 443, 1000)), 60)), // 40 + 16 + 1020
        ];

        GoldenCapture capture = Read(path => WriteCut(path, frames, 96), "pcapng");

        AssertTable(
            """
            Udp  192.0.2.1:5000       198.51.100.7:53      1428/1  0/0  NoSocket
            Tcp  [2001:db8::1]:40000  [2001:db8:1::7]:443  1076/1  0/0  NoSocket
            """,
            capture,
            2
        );
    }

    [Theory]
    [InlineData(13)] // in the Ethernet header
    [InlineData(14)] // before the IP header
    [InlineData(33)] // in the IP header
    public void Headers_that_are_cut_are_malformed_and_keep_their_bytes(int snapLength)
    {
        GoldenCapture capture = Read(path => WriteCut(path, [Ethernet(IPv4(Udp(5000, 53, 1400), UdpProtocol))], snapLength), "pcapng");

        AssertTable("None  -  -  0/0  1428/1  Malformed", capture, 1);
    }

    [Theory]
    [InlineData(34, 0, 0)] // after the IP header
    [InlineData(37, 0, 0)] // in the ports
    [InlineData(38, 5000, 53)] // after the ports
    public void Packets_cut_behind_the_addresses_are_their_conversations_with_the_ports_that_are_there(
        int snapLength,
        int port,
        int remotePort
    )
    {
        GoldenCapture capture = Read(path => WriteCut(path, [Ethernet(IPv4(Udp(5000, 53, 1400), UdpProtocol))], snapLength), "pcapng");

        AssertTable($"Udp 192.0.2.1:{port} 198.51.100.7:{remotePort} 1428/1 0/0 NoSocket", capture, 1);
    }

    [Fact]
    public void A_packet_longer_than_its_frame_counts_what_the_frame_held() =>
        AssertFlows(
            LinkLayer.Ethernet,
            [Ethernet([.. s_packet[..2], 4, 0x18, .. s_packet[4..]])],
            "Udp 192.0.2.1:5000 198.51.100.7:53 32/1 0/0 NoSocket"
        );

    [Fact]
    public void IPv6_between_mapped_addresses_is_not_IPv4() =>
        AssertFlows(
            LinkLayer.Ethernet,
            [Ethernet(s_packet), Ethernet(IPv6(Udp(5000, 53, 4), UdpProtocol, "::ffff:192.0.2.1", "::ffff:198.51.100.7"), 0x86DD)],
            """
            Udp  [::ffff:192.0.2.1]:5000  [::ffff:198.51.100.7]:53  52/1  0/0  NoSocket
            Udp  192.0.2.1:5000           198.51.100.7:53           32/1  0/0  NoSocket
            """
        );

    [Fact]
    public void A_packet_that_contradicts_itself_is_malformed_unless_its_addresses_can_be_read()
    {
        AssertFlows(
            LinkLayer.Ethernet,
            [
                Ethernet(With(s_packet, 0, 0x44)), // a header of 16 bytes
                Ethernet(With(s_packet, 0, 0x65), 0x0800), // version 6 in a frame of IPv4
                Ethernet(With(s_packet, 3, 19)), // shorter than its header
                Ethernet(With(s_packet, 3, 22)), // ends in the ports
                Ethernet(IPv4([1, 2, 3], UdpProtocol)), // too short for ports: 23 bytes
                Ethernet(IPv6(Extension(60, 1, []), 60)), // an extension header that is not there: 48 bytes
                Ethernet(IPv4([], 1)), // ICMP without a type: 20 bytes
            ],
            """
            None  -                 -                   0/0   96/3  Malformed
            60    [2001:db8::1]:0   [2001:db8:1::7]:0   48/1  0/0   Kernel
            Udp   192.0.2.1:0       198.51.100.7:0      45/2  0/0   NoSocket
            Icmp  192.0.2.1:0       198.51.100.7:0      20/1  0/0   Kernel
            """
        );

        static byte[] With(byte[] packet, int at, byte value)
        {
            byte[] changed = [.. packet];
            changed[at] = value;
            return changed;
        }
    }

    [Fact]
    public void An_endless_chain_of_extension_headers_is_malformed()
    {
        byte[] chain = [];
        for (int i = 0; i < 100; i++)
        {
            chain = Extension(60, 1, chain);
        }

        AssertFlows(LinkLayer.RawLinux, [IPv6(chain, 60)], "None  -  -  0/0  840/1  Malformed");
    }

    /// <summary>Writes frames of which at most so many bytes were captured.</summary>
    private static void WriteCut(string path, byte[][] frames, int snapLength)
    {
        using SavefileWriter writer = SavefileWriter.Create(path, false);
        writer.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = LinkLayer.Ethernet,
            },
            snapLength
        );
        foreach (byte[] frame in frames)
        {
            writer.Write(0, 1_700_000_000_000_000, frame.AsSpan(0, Math.Min(snapLength, frame.Length)), frame.Length);
        }
    }
}
