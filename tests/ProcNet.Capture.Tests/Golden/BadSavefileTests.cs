using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Files that are missing, empty, cut, damaged, or something else: one clear error, or the whole packets and a warning.</summary>
public sealed class BadSavefileTests
{
    private const ushort EthernetType = 1;
    private const ulong Time = 1_700_000_000_000_000;

    private static readonly byte[] s_frame = Ethernet(IPv4(Udp(5000, 53, 4), UdpProtocol)); // 46 bytes

    private static readonly byte[] s_pcap = new SavefileBytes(false)
        .PcapHeader(SavefileBytes.Microseconds, EthernetType)
        .PcapPacket(1_700_000_000, 0, s_frame)
        .PcapPacket(1_700_000_001, 0, s_frame)
        .PcapPacket(1_700_000_002, 0, s_frame)
        .ToArray();

    private static readonly byte[] s_pcapng = new SavefileBytes(false)
        .Section()
        .Interface(EthernetType, "eth0")
        .Packet(0, Time, s_frame)
        .Packet(0, Time, s_frame)
        .Packet(0, Time, s_frame)
        .ToArray();

    private const int PcapPacketStart = 24;
    private const int PcapPacketLength = 16 + 46;

    [Fact]
    public void A_missing_file()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => ReadFile("/nowhere/capture.pcap"));

        Assert.Equal(ProcNetError.FileNotFound, error.Error);
        Assert.Equal("The file '/nowhere/capture.pcap' does not exist.", error.Message);
    }

    [Fact]
    public void ADirectory() =>
        Assert.Equal(ProcNetError.FileAccessDenied, Assert.Throws<ProcNetException>(() => ReadFile(Path.GetTempPath())).Error);

    [Fact]
    public void An_empty_file() => AssertError(ProcNetError.FileEmpty, []);

    [Fact]
    public void What_is_not_a_capture()
    {
        AssertError(ProcNetError.NotACapture, "sl  local_address rem_address   st tx_queue"u8.ToArray());
        AssertError(ProcNetError.NotACapture, [0xD4, 0xC3]); // less than a magic number
        AssertError(ProcNetError.NotACapture, s_pcap[..20]); // less than a header
        AssertError(ProcNetError.NotACapture, s_pcapng[..20]);
        AssertError(ProcNetError.NotACapture, [0x1F, 0x8B, 8, 0, .. new byte[60]]); // damaged gzip
        AssertError(ProcNetError.NotACapture, [.. s_pcapng[..8], 1, 2, 3, 4, .. s_pcapng[12..]]); // no byte order
    }

    [Fact]
    public void An_unknown_link_type()
    {
        AssertError(ProcNetError.UnknownLinkType, new SavefileBytes(false).PcapHeader(SavefileBytes.Microseconds, 147).ToArray());
        AssertError(
            ProcNetError.UnknownLinkType,
            new SavefileBytes(true).Section().Interface(147, "usb0").Packet(0, Time, s_frame).ToArray()
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_interface_of_an_unknown_link_type_is_in_the_totals_unread(int unknown)
    {
        GoldenCapture capture = Read(path => File.WriteAllBytes(path, WithAnUnknownInterface(unknown)), "pcapng");

        AssertRows(
            """
            None  -               -                0/0   99/1  NotIP
            Udp   192.0.2.1:5000  198.51.100.7:53  32/1  0/0   NoSocket
            """,
            capture,
            2
        );
        Notice notice = Assert.Single(capture.Notices);
        Assert.Equal(NoticeKind.InterfaceSkipped, notice.Kind);
        Assert.Contains("'user0'", notice.Message, StringComparison.Ordinal);
        Assert.Contains("link type 147", notice.Message, StringComparison.Ordinal);
        Assert.Contains("counted as NotIP", notice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_filter_takes_no_frame_of_an_unknown_link_type(int unknown)
    {
        GoldenCapture capture = Read(path => File.WriteAllBytes(path, WithAnUnknownInterface(unknown)), "pcapng", "udp");

        AssertRows("Udp 192.0.2.1:5000 198.51.100.7:53 32/1 0/0 NoSocket", capture, 1);
        Assert.Contains("takes none of its frames", Assert.Single(capture.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_packets()
    {
        AssertTable(string.Empty, Read(path => File.WriteAllBytes(path, s_pcap[..PcapPacketStart]), "pcap"), 0);
        AssertTable(string.Empty, Read(path => File.WriteAllBytes(path, new SavefileBytes(false).Section().ToArray()), "pcapng"), 0);
    }

    [Fact]
    public void A_filter_that_does_not_compile_is_told_of_with_libpcaps_words()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() =>
            Read(path => File.WriteAllBytes(path, s_pcap), "pcap", "tcp porrt 443")
        );

        Assert.Equal(ProcNetError.InvalidFilter, error.Error);
        Assert.Contains("syntax error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wherever_a_pcap_file_is_cut_the_whole_packets_before_count()
    {
        for (int length = PcapPacketStart; length <= s_pcap.Length; length++)
        {
            AssertCut(s_pcap[..length], (length - PcapPacketStart) / PcapPacketLength, (length - PcapPacketStart) % PcapPacketLength != 0);
        }
    }

    [Fact]
    public void Wherever_a_pcapng_file_is_cut_the_whole_packets_before_count()
    {
        int packetLength = 32 + 48;
        int start = s_pcapng.Length - (3 * packetLength);
        for (int length = start; length <= s_pcapng.Length; length++)
        {
            AssertCut(s_pcapng[..length], (length - start) / packetLength, (length - start) % packetLength != 0);
        }
    }

    [Fact]
    public void A_file_that_is_damaged_ends_there_with_a_warning()
    {
        byte[] pcap = [.. s_pcap];
        pcap[PcapPacketStart + PcapPacketLength + 11] = 0x7F; // a captured length of 2 GiB
        GoldenCapture damaged = Read(path => File.WriteAllBytes(path, pcap), "pcap");

        Assert.Equal(1, damaged.Statistics.Packets);
        Notice notice = Assert.Single(damaged.Notices);
        Assert.Equal(NoticeKind.SavefileTruncated, notice.Kind);
        Assert.Contains("is damaged at byte 86", notice.Message, StringComparison.Ordinal);

        byte[] pcapng = [.. s_pcapng];
        pcapng[^(80 - 8)] = 7; // the last packet is of an interface that is not declared
        damaged = Read(path => File.WriteAllBytes(path, pcapng), "pcapng");

        Assert.Equal(2, damaged.Statistics.Packets);
        Assert.Equal(NoticeKind.SavefileTruncated, Assert.Single(damaged.Notices).Kind);
    }

    /// <summary>An interface that can be decoded and one that cannot, the latter declared first or second.</summary>
    private static byte[] WithAnUnknownInterface(int unknown)
    {
        SavefileBytes file = new SavefileBytes(false).Section();
        for (int i = 0; i < 2; i++)
        {
            file = i == unknown ? file.Interface(147, "user0") : file.Interface(EthernetType, "eth0");
        }

        return file.Packet((uint)(1 - unknown), Time, s_frame).Packet((uint)unknown, Time, new byte[99]).ToArray();
    }

    private static void AssertCut(byte[] file, int packets, bool isCut)
    {
        GoldenCapture capture = Read(path => File.WriteAllBytes(path, file), "capture");

        Assert.Equal(packets, capture.Statistics.Packets);
        Assert.Equal(packets * 32, capture.Statistics.Bytes);
        capture.AssertBalanced();
        if (isCut)
        {
            Notice notice = Assert.Single(capture.Notices);
            Assert.Equal(NoticeKind.SavefileTruncated, notice.Kind);
            Assert.Contains("ends in the middle of a packet", notice.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(capture.Notices);
        }
    }

    private static void AssertError(ProcNetError expected, byte[] file)
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => Read(path => File.WriteAllBytes(path, file), "capture"));

        Assert.Equal(expected, error.Error);
        Assert.NotEmpty(error.Remedy);
    }
}
