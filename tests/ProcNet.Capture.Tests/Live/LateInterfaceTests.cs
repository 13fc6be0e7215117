using System.Collections.Concurrent;
using ProcNet.Capture.Tests.Owners;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>Interfaces and addresses that come and go while a measurement runs.</summary>
public sealed class LateInterfaceTests : IDisposable
{
    private const string Send = "my $s = udp(); BIND for (1..10) { send($s, 'x' x 500, 0, at('TO', 9)) } say 'sent'; hear";
    private const long Sent = 10 * 528;

    private readonly NetworkNamespacePair _net = new();
    private readonly ConcurrentQueue<Notice> _notices = new();
    private readonly List<PerlScript> _scripts = [];

    [Fact]
    public void An_interface_that_comes_after_the_start_is_counted_and_so_is_one_that_comes_back_under_its_name()
    {
        AddLink("old", 79);
        using TrafficMonitor monitor = Measure();
        AddLink("new", 78);
        Thread.Sleep(1000);
        int first = SendTo("10.78.0.2");
        NetworkNamespacePair.Ip($"-n {_net.A} link del olda");
        AddLink("old", 79);
        Thread.Sleep(1000);
        int second = SendTo("10.79.0.2");
        Thread.Sleep(200);

        TrafficReport report = monitor.Report();

        AssertSent(report, "newa", "10.78.0.2", first);
        AssertSent(report, "olda", "10.79.0.2", second);
        Assert.True(report.Statistics.IsBalanced);
    }

    [Theory]
    [InlineData(null, 2)] // the counting handle, and the trigger's
    [InlineData("ether proto 0x0800", 166)] // of link headers: a handle for each interface, and the trigger's
    public void Many_interfaces_share_one_handle_where_the_filter_allows_it_and_count_the_same(string? filter, int handles)
    {
        AddMany(40);
        AddLink("old", 79);
        using TrafficMonitor monitor = Measure(filter);
        int opened =
            NetworkNamespacePair
                .Run("ip", $"netns exec {_net.A} cat /proc/net/packet")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Length - 1;
        int first = SendTo("10.79.0.2");
        AddLink("new", 78);
        Thread.Sleep(1000);
        int second = SendTo("10.78.0.2");
        NetworkNamespacePair.Ip($"-n {_net.A} link del olda");
        Thread.Sleep(300);

        TrafficReport report = monitor.Report();

        AssertSent(report, "olda", "10.79.0.2", first);
        AssertSent(report, "newa", "10.78.0.2", second);
        Assert.Equal(handles, opened);
        Assert.True(report.Statistics.IsBalanced);
        Assert.Equal(0, report.Statistics.DroppedPackets);
    }

    [Fact]
    public void A_port_of_a_bridge_is_not_counted_beside_it_where_many_share_a_handle()
    {
        AddMany(40);
        AddLink("old", 79);
        NetworkNamespacePair.Ip($"-n {_net.A} addr flush dev olda");
        NetworkNamespacePair.Ip($"-n {_net.A} link add br0 type bridge");
        NetworkNamespacePair.Ip($"-n {_net.A} link set olda master br0");
        NetworkNamespacePair.Ip($"-n {_net.A} link set br0 up");
        NetworkNamespacePair.Ip($"-n {_net.A} addr add 10.79.0.1/24 dev br0");
        using TrafficMonitor monitor = Measure();

        int process = SendTo("10.79.0.2");
        Thread.Sleep(200);

        AssertSent(monitor.Report(), "br0", "10.79.0.2", process);
    }

    [Fact]
    public void What_an_address_sent_that_came_and_went_meanwhile_is_its_senders()
    {
        NetworkNamespacePair.Ip($"-n {_net.A} route add 198.18.0.0/24 via 192.0.2.2");
        using TrafficMonitor monitor = Measure();
        NetworkNamespacePair.Ip($"-n {_net.A} addr add 10.55.0.3/32 dev va");
        int process = SendTo("198.18.0.1", "bind($s, at('10.55.0.3', 5000)) or die;");
        Thread.Sleep(300);
        NetworkNamespacePair.Ip($"-n {_net.A} addr del 10.55.0.3/32 dev va");
        Thread.Sleep(300);

        AssertSent(monitor.Report(), "va", "198.18.0.1", process);
    }

    public void Dispose()
    {
        _scripts.ForEach(script => script.Dispose());
        _net.Dispose();
    }

    private static void AssertSent(TrafficReport report, string link, string to, int process)
    {
        TrafficFlow flow = Assert.Single(report.Flows, flow => flow.RemoteAddress?.ToString() == to && flow.RemotePort == 9);
        Assert.Equal((link, Sent, process), (flow.Interface, flow.SentBytes, flow.ProcessId));
    }

    private int SendTo(string address, string bind = "")
    {
        var script = new PerlScript(
            _net.A,
            Send.Replace("TO", address, StringComparison.Ordinal).Replace("BIND", bind, StringComparison.Ordinal)
        );
        _scripts.Add(script);
        script.Hear();
        return script.Id;
    }

    /// <summary>Adds pairs of interfaces that nobody uses.</summary>
    private void AddMany(int pairs)
    {
        string batch = Path.GetTempFileName();
        File.WriteAllLines(
            batch,
            Enumerable
                .Range(0, pairs)
                .SelectMany(static i => new[] { $"link add x{i} type veth peer name y{i}", $"link set x{i} up", $"link set y{i} up" })
        );
        NetworkNamespacePair.Ip($"-n {_net.A} -batch {batch}");
        File.Delete(batch);
    }

    private TrafficMonitor Measure(string? filter = null)
    {
        long inode = NetworkNamespaceThread.Run(_net.PathA, NetworkNamespace.ReadOwnInode);
        HostAccess host = HostAccess.Local.Enter(new NamespaceReference(inode, _net.PathA, null)) with
        {
            StartOwnerFeed = static _ => null,
            ListNamespaces = static () => [],
        };
        return TrafficMonitor.StartLive(
            new LiveMeasurement { Interfaces = [], Filter = filter },
            static () => new PcapLibrary(),
            host,
            _notices.Enqueue
        );
    }

    private void AddLink(string name, int net)
    {
        NetworkNamespacePair.Ip($"-n {_net.A} link add {name}a type veth peer name {name}b netns {_net.B}");
        foreach ((string host, string end, int number) in new[] { (_net.A, "a", 1), (_net.B, "b", 2) })
        {
            NetworkNamespacePair.Ip($"-n {host} addr add 10.{net}.0.{number}/24 dev {name}{end}");
            NetworkNamespacePair.Ip($"-n {host} link set {name}{end} up");
        }
    }
}
