using System.Collections.Concurrent;
using ProcNet.Capture.Tests.Live;
using ProcNet.Linux.Namespaces;
using ProcNet.Monitoring;
using ProcNet.OwnerLookup;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>
/// This host (192.0.2.1) and another one (192.0.2.2), each a network namespace, whose sockets this host cannot read. What is measured
/// here comes from packets, socket tables and descriptors alone, without the kernel feed.
/// </summary>
internal sealed class OwnerWorld : IDisposable
{
    public const string Here = "192.0.2.1";
    public const string There = "192.0.2.2";

    private readonly NetworkNamespacePair _net = new();
    private readonly List<PerlScript> _scripts = [];
    private readonly ConcurrentQueue<Notice> _notices = new();
    private TrafficMonitor? _monitor;

    /// <summary>Runs a command in this host.</summary>
    public void Run(string command) => NetworkNamespacePair.Ip($"netns exec {_net.A} {command}");

    /// <summary>Gives both hosts an IPv6 link-local address: fe80::1 here, fe80::2 there.</summary>
    public void AddLinkLocal()
    {
        foreach ((string host, string link, int number) in new[] { (_net.A, "va", 1), (_net.B, "vb", 2) })
        {
            NetworkNamespacePair.Ip(
                $"netns exec {host} sysctl -qw net.ipv6.conf.{link}.addr_gen_mode=1 net.ipv6.conf.{link}.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0"
            );
            NetworkNamespacePair.Ip($"-n {host} addr add fe80::{number}/64 dev {link} nodad");
        }
    }

    /// <summary>Starts a process of this host.</summary>
    public PerlScript StartHere(string script) => Add(new PerlScript(_net.A, script));

    /// <summary>Starts a process of the other host.</summary>
    public PerlScript StartThere(string script) => Add(new PerlScript(_net.B, script));

    /// <summary>Begins to measure.</summary>
    /// <param name="startFeed">What else tells owners; nothing by default.</param>
    public void Measure(Func<Action<Notice>, IOwnerFeed?>? startFeed = null)
    {
        long inode = NetworkNamespaceThread.Run(_net.PathA, NetworkNamespace.ReadOwnInode);
        HostAccess host = HostAccess.Local.Enter(new NamespaceReference(inode, _net.PathA, null)) with
        {
            StartOwnerFeed = startFeed ?? (static _ => null),
            ListNamespaces = static () => [],
        };
        _monitor = TrafficMonitor.StartLive(
            new LiveMeasurement { Interfaces = _net.LinksOfA("va", "lo") },
            static () => new PcapLibrary(),
            host,
            _notices.Enqueue
        );
    }

    /// <summary>What was measured by now.</summary>
    public TrafficReport Look() => _monitor!.Report();

    /// <summary>Ends the measurement. Whatever was measured, every byte is in one row.</summary>
    public TrafficReport Finish()
    {
        _monitor!.Stop();
        TrafficReport report = _monitor.Report();
        TrafficStatistics totals = report.Statistics;
        Assert.Empty(_notices);
        Assert.Equal(0, totals.DroppedPackets);
        Assert.True(totals.IsBalanced, $"Accounted {totals.AccountedBytes} of {totals.Bytes} + {totals.LocalBytes}.");
        Assert.Equal(totals.AccountedBytes, report.Processes.Sum(row => row.TotalBytes));
        Assert.Equal(totals.AccountedPackets, report.Processes.Sum(row => row.SentPackets + row.ReceivedPackets));
        Assert.Equal(totals.AccountedBytes, report.Flows.Sum(row => row.TotalBytes));
        Assert.Equal(totals.AccountedBytes, totals.BytesByCategory.Values.Sum());
        return report;
    }

    public void Dispose()
    {
        _monitor?.Dispose();
        foreach (PerlScript script in _scripts)
        {
            script.Dispose();
        }

        _net.Dispose();
    }

    private PerlScript Add(PerlScript script)
    {
        _scripts.Add(script);
        return script;
    }
}
