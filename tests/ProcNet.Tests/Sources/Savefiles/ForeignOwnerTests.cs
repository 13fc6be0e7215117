using System.Net;
using ProcNet.Addresses;
using ProcNet.Monitoring;
using Xunit;
using static ProcNet.Tests.Sources.Savefiles.PcapNgFile;

namespace ProcNet.Tests.Sources.Savefiles;

/// <summary>Owners in files that other programs wrote, made again from their published layout.</summary>
public sealed class ForeignOwnerTests
{
    private const OwnerEvidence FromFile = OwnerEvidence.Savefile;

    [Fact]
    public void Wireshark_names_processes_in_custom_blocks_and_packets_by_their_id_in_sections_of_either_byte_order()
    {
        var file = new PcapNgFile().Section();
        file.Process(
                1234,
                Words(2, "curl"),
                Words(3, "/usr/bin/curl"),
                Words(4, "curl\0https://example.com/"),
                Number(5, 1),
                Number(6, 1000),
                Words(7, "alice"),
                Long(9, 1_757_400_000_000_000_000),
                Comment("first process")
            )
            .Process(4321)
            .Packet(1, file.Owner(1234))
            .Packet(2, file.Owner(4321));
        file.Section(isBig: true).Process(77, Words(2, "sshd"), Number(6, 0));
        file.Packet(3, file.Owner(77));

        List<ProcessTraffic> rows = Read(file);

        ProcessTraffic curl = rows.Single(row => row.ProcessId == 1234);
        Assert.Equal(
            ("curl", "/usr/bin/curl", "curl https://example.com/", (int?)1, "alice", (long)PacketBytes, 0L, FromFile, (bool?)null),
            (
                curl.ProcessName,
                curl.Path,
                curl.CommandLine,
                curl.ParentId,
                curl.UserName,
                curl.SentBytes,
                curl.ReceivedBytes,
                curl.Evidence,
                curl.HasExited
            )
        );
        Assert.Equal(new DateTime(2025, 9, 9, 6, 40, 0, DateTimeKind.Utc), curl.ProcessStartTime!.Value.ToUniversalTime());
        Assert.Equal(PacketBytes, rows.Single(row => row.ProcessId == 4321).TotalBytes);
        Assert.Equal("sshd", rows.Single(row => row.ProcessId == 77).ProcessName);
        Assert.Equal(3 * PacketBytes, rows.Sum(row => row.TotalBytes));
    }

    [Fact]
    public void Of_several_processes_with_one_id_the_time_of_the_packet_tells_which()
    {
        var file = new PcapNgFile().Section();
        file.Process(500, Words(2, "first"), Long(9, (Base - 10) * 1000))
            .Process(500, Words(2, "second"), Long(9, (Base + 20) * 1000))
            .Process(600, Words(2, "old"))
            .Process(600, Words(2, "new"))
            .Packet(5, file.Owner(500))
            .Packet(25, file.Owner(500))
            .Packet(-100, file.Owner(500))
            .Packet(1, file.Owner(600))
            .Packet(2, file.Owner(700));

        Assert.Equal(
            [(500, "first", 2L), (500, "second", 1L), (600, "new", 1L), (700, "", 1L)],
            Read(file).Select(row => (row.ProcessId!.Value, row.ProcessName!, row.SentPackets)).Order()
        );
    }

    [Fact]
    public void Apples_packets_name_the_block_of_their_process()
    {
        var file = new PcapNgFile()
            .Section()
            .Darwin(501, "mDNSResponder")
            .Darwin(1, "launchd")
            .Packet(1, Number(0x8001, 0))
            .Packet(2, Number(0x8001, 1));

        Assert.Equal(["launchd", "mDNSResponder"], Read(file).Select(row => row.ProcessName).Order());
    }

    [Theory]
    [InlineData(
        "PID: 4242\nCmd: /usr/bin/curl\nArgs: curl pid=99 http://example.com|UserId: 1000\nGroupId: 1000|ParentPID: 17\nParentCmd: /bin/bash\nParentArgs: bash",
        4242,
        "curl",
        "1000",
        null
    )]
    [InlineData(
        "PID: 4242\nCmd: /usr/bin/curl\nArgs: curl|ContainerName: web\nContainerId: 0123456789abcdef\nContainerImage: x\nContainerLabels: {}",
        4242,
        "curl",
        null,
        "0123456789ab"
    )]
    [InlineData(
        "rustnet process=curl pid=4242 ppid=17 uid=1000 attr=exact direction=outgoing app=HTTPS sni=example.com",
        4242,
        "curl",
        "1000",
        null
    )]
    [InlineData("PID:4242 Process:curl", 4242, "curl", null, null)]
    [InlineData("PID=4242", 4242, "", null, null)]
    [InlineData("process=\"tmux: server\" pid=7 uid=0 evidence=ExactTuple,SharedSocket", 7, "tmux: server", "0", null)]
    public void Comments_name_processes(string comments, int id, string name, string? user, string? container)
    {
        var file = new PcapNgFile().Section();
        (int, byte[])[] options = [.. comments.Split('|').Select(Comment), file.Flags(2)];
        file.Packet(1, options);

        ProcessTraffic row = Assert.Single(Read(file));

        Assert.Equal(
            (id, name, user, container, (long)PacketBytes),
            (row.ProcessId, row.ProcessName, row.UserName, row.Container, row.SentBytes)
        );
        Assert.True(row.Evidence.HasFlag(FromFile));
    }

    [Theory]
    [InlineData("a colleague's remark: pid of what?")]
    [InlineData("xpid=12 apid:13")]
    [InlineData("PID: none")]
    public void Comments_of_people_name_nobody(string comment)
    {
        ProcessTraffic row = Assert.Single(Read(new PcapNgFile().Section().Packet(1, Comment(comment))));

        Assert.Equal((TrafficCategory.NotRecorded, (int?)null), (row.Category, row.ProcessId));
    }

    [Fact]
    public void Directions_and_addresses_say_whose_view_sent_and_received_are()
    {
        var file = new PcapNgFile().Section();
        file.Packet(1, file.Owner(5), file.Flags(1))
            .PacketOf(2, 40001, 40000, file.Owner(5), file.Flags(2))
            .PacketOf(3, 40001, 40000, file.Flags(2));
        ProcessTraffic byFlags = Assert.Single(Read(file));
        Assert.Equal((2L * PacketBytes, (long)PacketBytes), (byFlags.SentBytes, byFlags.ReceivedBytes));

        var bare = new PcapNgFile().Section();
        bare.Packet(1, bare.Owner(5));
        ProcessTraffic byAddress = Assert.Single(Read(bare, "10.0.0.2"));
        Assert.Equal((0L, (long)PacketBytes), (byAddress.SentBytes, byAddress.ReceivedBytes));
    }

    private static List<ProcessTraffic> Read(PcapNgFile file, params string[] local)
    {
        string path = file.Write();
        try
        {
            // The host must not be asked: it would throw.
            var measurement = new SavefileMeasurement
            {
                Path = path,
                LocalAddresses = [.. local.Select(text => AddressValue.From(IPAddress.Parse(text)))],
            };
            using TrafficMonitor monitor = TrafficMonitor.ReadSavefile(
                measurement,
                () => throw new InvalidOperationException("libpcap"),
                new HostAccess
                {
                    OpenSocketTable = _ => throw new InvalidOperationException("sockets"),
                    OpenProcessTable = () => throw new InvalidOperationException("processes"),
                    ReadNetworkView = () => throw new InvalidOperationException("addresses"),
                    ReadLinks = () => throw new InvalidOperationException("links"),
                },
                _ => { },
                TestContext.Current.CancellationToken
            );
            TrafficReport report = monitor.Report(TestContext.Current.CancellationToken);
            Assert.True(report.Statistics.IsBalanced);
            return [.. report.Processes];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
