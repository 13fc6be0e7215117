using ProcNet.Flows;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>The same packets in every form of file that tcpdump and Wireshark read.</summary>
public sealed class FileFormatTests
{
    private const ushort EthernetType = 1;
    private const ushort RawType = 101;
    private const ushort Sll2Type = 276;

    // 1700000000.123456789
    private const uint Seconds = 1_700_000_000;
    private const ulong NanosecondTime = 1_700_000_000_123_456_789;

    private static readonly byte[] s_query = IPv4(Udp(5000, 53, 4), UdpProtocol);
    private static readonly byte[] s_answer = IPv4(Udp(53, 5000, 100), UdpProtocol, There, Here);

    private static readonly DateTime s_microsecondTime = DateTime.UnixEpoch.AddTicks(((Seconds * 1_000_000L) + 123_456) * 10).ToLocalTime();

    private const string Expected = "Udp  192.0.2.1:5000  198.51.100.7:53  32/1  128/1  NoSocket";

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Pcap_of_either_byte_order_and_resolution(bool isBigEndian, bool hasNanoseconds)
    {
        uint fraction = hasNanoseconds ? 123_456_789u : 123_456u;
        byte[] file = new SavefileBytes(isBigEndian)
            .PcapHeader(hasNanoseconds ? SavefileBytes.Nanoseconds : SavefileBytes.Microseconds, EthernetType)
            .PcapPacket(Seconds, fraction, Ethernet(s_query))
            .PcapPacket(Seconds + 2, fraction, Ethernet(s_answer))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        AssertTable(Expected, capture, 2);
        Assert.Equal(s_microsecondTime, capture.Flows[0].CreationTime);
        Assert.Equal(TimeSpan.FromSeconds(2), capture.Flows[0].Duration);
        Assert.Equal(TimeSpan.FromSeconds(2), capture.Statistics.Duration);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_with_interfaces_of_different_link_types(bool isBigEndian)
    {
        byte[] file = new SavefileBytes(isBigEndian)
            .Section()
            .Interface(EthernetType, "eth0", resolution: 9)
            .Interface(RawType, "tun0", resolution: 6)
            .Interface(Sll2Type, "any", resolution: 0x80 | 20)
            .Packet(0, NanosecondTime, Ethernet(s_query))
            .Packet(1, NanosecondTime / 1000, s_query)
            .Packet(2, Seconds * (1UL << 20), LinuxSll2(s_query))
            .Packet(0, NanosecondTime, Ethernet(s_answer))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        AssertTable(
            """
            Udp  192.0.2.1:5000  198.51.100.7:53  32/1  128/1  NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  32/1  0/0    NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  32/1  0/0    NoSocket
            """,
            capture,
            4
        );
        Assert.Equal(["any", "eth0", "tun0"], capture.Flows.Select(flow => flow.Interface).Order());
        Assert.Equal(s_microsecondTime, capture.Flows.Single(flow => flow.Interface == "eth0").CreationTime);
        Assert.Equal(s_microsecondTime, capture.Flows.Single(flow => flow.Interface == "tun0").CreationTime);
        Assert.Equal(
            DateTime.UnixEpoch.AddSeconds(Seconds).ToLocalTime(),
            capture.Flows.Single(flow => flow.Interface == "any").CreationTime
        );
    }

    [Fact]
    public void Pcapng_with_every_kind_of_packet_block_and_unknown_blocks()
    {
        byte[] file = new SavefileBytes(false)
            .Section()
            .Block(10, body => body.Number(0x54455354)) // decryption secrets, or what may come
            .Interface(EthernetType)
            .ObsoletePacket(0, Seconds * 1_000_000UL, Ethernet(s_query))
            .Block(0xBAD, body => body.Number(1))
            .SimplePacket(Ethernet(s_answer))
            .Packet(0, Seconds * 1_000_000UL, Ethernet(s_query))
            .ToArray();

        AssertTable("Udp  192.0.2.1:5000  198.51.100.7:53  64/2  128/1  NoSocket", ReadBytes(file), 3);
    }

    [Fact]
    public void A_simple_packet_is_cut_at_the_snap_length_of_its_interface()
    {
        byte[] frame = Ethernet(IPv4(Udp(5000, 53, 1000), UdpProtocol));
        byte[] file = new SavefileBytes(false)
            .Section()
            .Interface(EthernetType, snapLength: 61)
            .SimplePacket(frame[..61], frame.Length)
            .SimplePacket(Ethernet(s_answer)[..61], 14 + 128)
            .ToArray();

        AssertTable("Udp  192.0.2.1:5000  198.51.100.7:53  1028/1  128/1  NoSocket", ReadBytes(file), 2);
    }

    [Fact]
    public void Fragments_without_a_time_are_joined_too()
    {
        byte[][] fragments = FragmentIPv4(IPv4(Udp(5000, 53, 1992), UdpProtocol), 1480);
        byte[] file = new SavefileBytes(false).Section().Interface(RawType).SimplePacket(fragments[0]).SimplePacket(fragments[1]).ToArray();

        AssertTable("Udp  192.0.2.1:5000  198.51.100.7:53  2040/2  0/0  NoSocket", ReadBytes(file), 2);
    }

    [Fact]
    public void Pcapng_of_several_sections_in_different_byte_orders()
    {
        // As cat joins two files: the second section counts its interfaces from 0 again.
        byte[] first = new SavefileBytes(false)
            .Section()
            .Interface(EthernetType, "eth0")
            .Packet(0, Seconds * 1_000_000UL, Ethernet(s_query))
            .ToArray();
        byte[] second = new SavefileBytes(true).Section().Interface(RawType, "tun0").Packet(0, Seconds * 1_000_000UL, s_answer).ToArray();

        AssertTable(
            """
            Udp  192.0.2.1:5000  198.51.100.7:53  0/0   128/1  NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  32/1  0/0    NoSocket
            """,
            ReadBytes([.. first, .. second]),
            2
        );
    }

    [Fact]
    public void What_the_capturing_system_dropped_is_reported_beside_the_rows()
    {
        // The counts of a block are those since the start: the last of each interface holds. dumpcap writes its drops as the interface's.
        byte[] file = new SavefileBytes(false)
            .Section()
            .Interface(EthernetType, "eth0")
            .Interface(EthernetType, "eth1")
            .Statistics(0, interfaceDropped: 1, systemDropped: 10)
            .Packet(0, Seconds * 1_000_000UL, Ethernet(s_query))
            .Statistics(0, interfaceDropped: 2, systemDropped: 30)
            .Statistics(1, interfaceDropped: 3, systemDropped: 5)
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        Assert.Equal(35, capture.Statistics.DroppedPackets);
        Assert.Equal(5, capture.Statistics.InterfaceDroppedPackets);
        Assert.Equal(NoticeKind.PacketsDropped, Assert.Single(capture.Notices).Kind);
    }

    [Theory]
    [InlineData("pcap")]
    [InlineData("pcapng")]
    public void A_filter_chooses_packets(string extension)
    {
        GoldenCapture capture = Read(
            path => WriteWithProduct(path, LinkLayer.RawLinux, [s_query, s_answer, IPv4(Tcp(1, 2), TcpProtocol)]),
            extension,
            "udp src port 53"
        );

        AssertTable("Udp  192.0.2.1:5000  198.51.100.7:53  0/0  128/1  NoSocket", capture, 1);
    }

    /// <summary>
    /// A time is any number of 64 bits, a resolution any power up to 2^63, an offset any number: rows and totals come all the
    /// same.
    /// </summary>
    [Theory]
    [InlineData(ulong.MaxValue, 6, 0, 9999)]
    [InlineData(1UL << 63, 6, 0, 9999)]
    [InlineData(400_000UL * 365 * 86_400 * 1_000_000, 6, 0, 9999)]
    [InlineData(ulong.MaxValue, 0, 0, 9999)] // seconds
    [InlineData(ulong.MaxValue, 0, long.MaxValue, 9999)]
    [InlineData(ulong.MaxValue, 9, 0, 2554)]
    [InlineData(Seconds, 0, 1L << 62, 9999)]
    [InlineData(Seconds, 0, long.MinValue, 1)]
    [InlineData(0, 6, -2 * 365 * 86_400, 1968)]
    [InlineData(ulong.MaxValue, 0x80 | 63, 0, 1970)]
    public void A_pcapng_time_that_nobody_can_mean_is_the_nearest_that_can_be_shown(
        ulong time,
        byte resolution,
        long offset,
        int expectedYear
    )
    {
        byte[] file = new SavefileBytes(false)
            .Section()
            .Interface(EthernetType, "eth0", resolution, offset: offset)
            .Packet(0, time, Ethernet(s_query))
            .Packet(0, time, Ethernet(s_answer))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        AssertTable(Expected, capture, 2);
        Assert.Equal(expectedYear, capture.Flows[0].CreationTime.ToUniversalTime().Year);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (capture.Flows[0].Duration, capture.Statistics.Duration));
    }

    [Fact]
    public void From_a_time_before_1970_to_the_end_of_all_times_is_a_long_duration()
    {
        byte[] file = new SavefileBytes(false)
            .Section()
            .Interface(EthernetType, "eth0", resolution: 0, offset: -10_000_000_000)
            .Packet(0, 0, Ethernet(s_query))
            .Packet(0, ulong.MaxValue, Ethernet(s_answer))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        TimeSpan expected = TimeSpan.FromMicroseconds((DateTime.MaxValue - DateTime.UnixEpoch.AddSeconds(-10_000_000_000)).Ticks / 10);
        AssertTable(Expected, capture, 2);
        Assert.Equal((expected, expected), (capture.Flows[0].Duration, capture.Statistics.Duration));
    }

    [Fact]
    public void The_pcap_time_farthest_away_is_shown()
    {
        byte[] file = new SavefileBytes(false)
            .PcapHeader(SavefileBytes.Microseconds, EthernetType)
            .PcapPacket(uint.MaxValue, uint.MaxValue, Ethernet(s_query))
            .PcapPacket(uint.MaxValue, uint.MaxValue, Ethernet(s_answer))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        AssertTable(Expected, capture, 2);
        Assert.Equal(2106, capture.Flows[0].CreationTime.Year);
    }

    [Fact]
    public void An_interfaces_name_is_sanitized_and_not_endless()
    {
        byte[] file = new SavefileBytes(false)
            .Section()
            .Interface(147, "\u001b]0;owned\u0007\nWARNING: \u202ered")
            .Interface(EthernetType, "eth\u001b[2J" + new string('0', 60_000))
            .Packet(1, Seconds * 1_000_000UL, Ethernet(s_query))
            .ToArray();

        GoldenCapture capture = ReadBytes(file);

        Assert.Equal("eth?[2J" + new string('0', 56) + "…", Assert.Single(capture.Flows).Interface);
        Assert.StartsWith("The interface '?]0;owned??WARNING: ?red' in ", Assert.Single(capture.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_names_no_interface_shows_its_own_name_sanitized()
    {
        byte[] file = new SavefileBytes(false)
            .PcapHeader(SavefileBytes.Microseconds, EthernetType)
            .PcapPacket(Seconds, 0, Ethernet(s_query))
            .ToArray();

        GoldenCapture capture = Read(path => File.WriteAllBytes(path, file), "\u001b[2J");

        Assert.EndsWith(".?[2J", Assert.Single(capture.Flows).Interface, StringComparison.Ordinal);
    }

    private static GoldenCapture ReadBytes(byte[] file) => Read(path => File.WriteAllBytes(path, file), "capture");
}
