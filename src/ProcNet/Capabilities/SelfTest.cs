using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.Monitoring;
using ProcNet.Sources;

namespace ProcNet.Capabilities;

/// <summary>
/// Measures known traffic with each source, on loopback and in a network namespace that is made for it, and says how far off they are. It
/// leaves nothing behind: the namespace ends with the descriptor that holds it.
/// </summary>
/// <param name="library">Loads libpcap.</param>
/// <param name="host">The host.</param>
/// <param name="notify">Takes notices of the measurements.</param>
internal sealed class SelfTest(Func<ICaptureLibrary> library, HostAccess host, Action<Notice> notify)
{
    private static readonly TrafficSourceKind[] s_sources = [TrafficSourceKind.Capture, TrafficSourceKind.Kernel];

    private const int QuietLooks = 3;
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(80);

    /// <summary>Makes the tests one after the other.</summary>
    /// <param name="cancellation">Ends them.</param>
    /// <exception cref="OperationCanceledException">They were ended.</exception>
    public IEnumerable<SelfTestResult> Run(CancellationToken cancellation)
    {
        foreach (TrafficSourceKind source in s_sources)
        {
            yield return Test(
                "UdpLoopback",
                source,
                "200 datagrams of 1000 bytes over IPv4.",
                null,
                static traffic => traffic.SendDatagrams(IPAddress.Loopback),
                cancellation
            );
            yield return Test(
                "UdpIPv6Loopback",
                source,
                "200 datagrams of 1000 bytes over IPv6.",
                null,
                static traffic => traffic.SendDatagrams(IPAddress.IPv6Loopback),
                cancellation
            );
            yield return Test(
                "ShortProcesses",
                source,
                "20 processes that live for some milliseconds, with a datagram each.",
                null,
                static traffic => traffic.SendFromShortProcesses(),
                cancellation
            );
            foreach (SelfTestResult result in TestNamespace(source, cancellation))
            {
                yield return result;
            }
        }
    }

    private IEnumerable<SelfTestResult> TestNamespace(TrafficSourceKind source, CancellationToken cancellation)
    {
        string[] cases = ["UdpNamespace", "TcpNamespace"];
        OwnNetworkNamespace? own = null;
        string? refusal = null;
        try
        {
            own = OwnNetworkNamespace.Make();
        }
        catch (LinuxException failure)
        {
            refusal = $"A network namespace could not be made, which takes root: {failure.Message}";
        }

        if (own is null)
        {
            foreach (string name in cases)
            {
                yield return new SelfTestResult
                {
                    Case = name,
                    Source = source,
                    Detail = refusal!,
                };
            }

            yield break;
        }

        using (own)
        {
            yield return Test(
                cases[0],
                source,
                "200 datagrams of 1000 bytes in a network namespace of their own.",
                own,
                static traffic => traffic.SendDatagrams(IPAddress.Loopback),
                cancellation
            );
            yield return Test(
                cases[1],
                source,
                "300 questions and answers of 1000 bytes over TCP, beside what the interface counts.",
                own,
                traffic => ConverseIn(own, traffic),
                cancellation
            );
        }
    }

    // On the thread that is in the namespace.
    private static void ConverseIn(OwnNetworkNamespace own, KnownTraffic traffic)
    {
        long before = Counted(own);
        traffic.Converse();

        // The last confirmation comes up to 40 ms late (delayed ACK, TCP_DELACK_MIN), and later on a busy machine.
        long after = Counted(own);
        for (int quiet = 0; quiet < QuietLooks; quiet++)
        {
            Thread.Sleep(s_betweenLooks);
            long now = Counted(own);
            quiet = now == after ? quiet : 0;
            after = now;
        }

        traffic.TakeCount(after - before);
    }

    private static long Counted(OwnNetworkNamespace own) =>
        InterfaceReader.ReadCounters(own.Path).Single(static counters => counters.Link.Name == "lo").Bytes;

    private SelfTestResult Test(
        string name,
        TrafficSourceKind source,
        string detail,
        OwnNetworkNamespace? own,
        Action<KnownTraffic> make,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using TrafficMonitor monitor = Start(source, own);
            using CancellationTokenRegistration stopping = cancellation.Register(monitor.Cancel);
            using var traffic = new KnownTraffic();
            if (own is null)
            {
                make(traffic);
            }
            else
            {
                NetworkNamespaceThread.Run(
                    own.Path,
                    () =>
                    {
                        make(traffic);
                        return true;
                    }
                );
            }

            // While the sockets are open, as those of a program that is measured.
            TrafficReport report = monitor.Report(cancellation);
            return Compare(name, source, detail, traffic, report);
        }
        catch (Exception failure)
            when (failure is ProcNetException or SocketException or IOException or Win32Exception && !cancellation.IsCancellationRequested)
        {
            return new SelfTestResult
            {
                Case = name,
                Source = source,
                Detail = $"Could not be made: {failure.Message}",
            };
        }
    }

    private TrafficMonitor Start(TrafficSourceKind source, OwnNetworkNamespace? own)
    {
        if (source == TrafficSourceKind.Kernel)
        {
            return TrafficMonitor.StartKernel(duration: null, host, notify);
        }

        HostAccess seen = own is null
            ? host
            : host.Enter(new NamespaceReference(NetworkNamespace.TryReadInode(own.Path, out long inode) ? inode : 0, own.Path, null));
        return SourceChooser.Start(
            new LiveMeasurement
            {
                Source = TrafficSourceChoice.Capture,
                IsNamespaceChosen = own is not null,
                Interfaces = [.. seen.ReadLinks().Where(static link => link.Name == "lo")],
            },
            library,
            seen,
            notify,
            static _ => { }
        );
    }

    private static SelfTestResult Compare(string name, TrafficSourceKind source, string detail, KnownTraffic traffic, TrafficReport report)
    {
        long measured = 0,
            attributed = 0,
            misattributed = 0;
        foreach (TrafficFlow flow in report.Flows)
        {
            if (flow.LocalPort != traffic.Port && flow.RemotePort != traffic.Port)
            {
                continue;
            }

            measured += flow.TotalBytes;
            if (flow.ProcessId is int owner)
            {
                bool isRight = traffic.Owners.Contains(owner);
                attributed += isRight ? flow.TotalBytes : 0;
                misattributed += isRight ? 0 : flow.TotalBytes;
            }
        }

        return new SelfTestResult
        {
            Case = name,
            Source = source,
            Detail = detail,
            ExpectedBytes = traffic.Bytes,
            MeasuredBytes = measured,
            AttributedBytes = attributed,
            MisattributedBytes = misattributed,
            DroppedPackets = report.Statistics.DroppedPackets,
        };
    }
}
