using System.Diagnostics;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;
using SharpPcap;
using SharpPcap.LibPcap;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>What the product writes, others read: libpcap always, tcpdump where it is installed.</summary>
public sealed class WrittenFileTests
{
    private const long FirstTime = 1_700_000_000_123_456;
    private const int SnapLength = 200;

    // Every length of padding, a packet that was cut, and one of nothing.
    private static readonly byte[][] s_packets =
    [
        .. Enumerable.Range(0, 9).Select(static payload => IPv4(Udp(5000, 53, payload), UdpProtocol)),
        IPv6(Tcp(40000, 443, 1400), TcpProtocol),
    ];

    public static TheoryData<string, int> Files =>
        new(
            from extension in new[] { "pcap", "cap", "pcapng", "capture" }
            from linkLayer in new[]
            {
                LinkLayer.Ethernet,
                LinkLayer.LinuxSll,
                LinkLayer.LinuxSll2,
                LinkLayer.RawLinux,
                LinkLayer.Null,
                LinkLayer.Ppp,
            }
            select (extension, (int)linkLayer)
        );

    [Theory]
    [MemberData(nameof(Files))]
    public void Libpcap_and_tcpdump_read_every_packet(string extension, int linkLayer)
    {
        byte[][] frames = [.. s_packets.Select(packet => FrameOf((LinkLayer)linkLayer, packet))];
        string path = GoldenCapture.TemporaryPath(extension);
        try
        {
            Write(path, (LinkLayer)linkLayer, frames);
            AssertLibpcapReads(path, frames);
            if (FindTcpdump() is string tcpdump)
            {
                Assert.Equal(frames.Length, CountWith(tcpdump, path));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_pcap_file_cannot_hold_two_link_types_and_a_pcapng_file_can()
    {
        string path = GoldenCapture.TemporaryPath("pcap");
        try
        {
            using SavefileWriter writer = SavefileWriter.Create(path, false);
            writer.AddInterface(
                new TrafficInterface
                {
                    Slot = 0,
                    Name = "eth0",
                    LinkLayer = LinkLayer.Ethernet,
                },
                SnapLength
            );
            writer.AddInterface(
                new TrafficInterface
                {
                    Slot = 1,
                    Name = "eth1",
                    LinkLayer = LinkLayer.Ethernet,
                },
                SnapLength
            );
            ProcNetException error = Assert.Throws<ProcNetException>(() =>
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 2,
                        Name = "tun0",
                        LinkLayer = LinkLayer.RawLinux,
                    },
                    SnapLength
                )
            );

            Assert.Equal(ProcNetError.LinkTypesDiffer, error.Error);
            Assert.Equal("tun0", error.Target);
        }
        finally
        {
            File.Delete(path);
        }

        GoldenCapture capture = GoldenCapture.Read(
            file =>
            {
                using SavefileWriter writer = SavefileWriter.Create(file, false);
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 0,
                        Name = "eth0",
                        LinkLayer = LinkLayer.Ethernet,
                    },
                    SnapLength
                );
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 1,
                        Name = "tun0",
                        LinkLayer = LinkLayer.RawLinux,
                    },
                    SnapLength
                );
                writer.Write(1, FirstTime, s_packets[4], s_packets[4].Length);
                writer.Write(0, FirstTime, Ethernet(s_packets[0]), Ethernet(s_packets[0]).Length);
            },
            "pcapng"
        );

        GoldenCapture.AssertTable(
            """
            Udp  192.0.2.1:5000  198.51.100.7:53  32/1  0/0  NoSocket
            Udp  192.0.2.1:5000  198.51.100.7:53  28/1  0/0  NoSocket
            """,
            capture,
            2
        );
        Assert.Equal(["tun0", "eth0"], capture.Flows.Select(flow => flow.Interface));
    }

    [Fact]
    public void A_pcapng_file_keeps_what_each_interface_lost()
    {
        GoldenCapture capture = GoldenCapture.Read(
            file =>
            {
                using SavefileWriter writer = SavefileWriter.Create(file, false);
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 0,
                        Name = "eth0",
                        LinkLayer = LinkLayer.Ethernet,
                    },
                    SnapLength
                );
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 1,
                        Name = "tun0",
                        LinkLayer = LinkLayer.RawLinux,
                    },
                    SnapLength
                );
                writer.Write(1, FirstTime, s_packets[4], s_packets[4].Length);
                writer.WriteStatistics(new InterfaceTotals(0, FirstTime, FirstTime + 1, 7_000_000_000, 3), 0, 0);
                writer.WriteStatistics(new InterfaceTotals(1, FirstTime, FirstTime + 1, 5, 0), 1, 1);
            },
            "pcapng"
        );

        Assert.Equal((7_000_000_005, 3), (capture.Statistics.DroppedPackets, capture.Statistics.InterfaceDroppedPackets));
    }

    private static void Write(string path, LinkLayer linkLayer, byte[][] frames)
    {
        using SavefileWriter writer = SavefileWriter.Create(path, false);
        writer.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = linkLayer,
            },
            SnapLength
        );
        for (int i = 0; i < frames.Length; i++)
        {
            writer.Write(0, FirstTime + i, frames[i].AsSpan(0, Math.Min(SnapLength, frames[i].Length)), frames[i].Length);
        }

        writer.WriteStatistics(new InterfaceTotals(0, FirstTime, FirstTime + frames.Length, 1, 2), frames.Length, frames.Length);
    }

    private static void AssertLibpcapReads(string path, byte[][] frames)
    {
        using var reader = new CaptureFileReaderDevice(path);
        reader.Open();
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.Equal(GetPacketStatus.PacketRead, reader.GetNextPacket(out PacketCapture packet));
            Assert.Equal(frames[i][..Math.Min(SnapLength, frames[i].Length)], packet.Data.ToArray());
            Assert.Equal((uint)frames[i].Length, ((PcapHeader)packet.Header).PacketLength);
            Assert.Equal((ulong)(FirstTime + i), (packet.Header.Timeval.Seconds * 1_000_000) + packet.Header.Timeval.MicroSeconds);
        }

        Assert.Equal(GetPacketStatus.NoRemainingPackets, reader.GetNextPacket(out _));
    }

    private static byte[] FrameOf(LinkLayer linkLayer, byte[] packet) =>
        linkLayer switch
        {
            LinkLayer.Ethernet => Ethernet(packet),
            LinkLayer.LinuxSll => LinuxSll(packet),
            LinkLayer.LinuxSll2 => LinuxSll2(packet),
            LinkLayer.Null => Null(packet),
            LinkLayer.Ppp => Ppp(packet),
            _ => packet,
        };

    private static string? FindTcpdump() => new[] { "/usr/bin/tcpdump", "/usr/sbin/tcpdump", "/sbin/tcpdump" }.FirstOrDefault(File.Exists);

    private static int CountWith(string tcpdump, string path)
    {
        // As the user that runs it: else it drops root's rights and may not read the file.
        using Process process = Process.Start(
            new ProcessStartInfo(tcpdump, ["-Z", Environment.UserName, "-nn", "-q", "-r", path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => !char.IsWhiteSpace(line[0]));
    }
}
