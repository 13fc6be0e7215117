using System.Globalization;
using ProcNet.Capture;
using ProcNet.Monitoring;

namespace ProcNet.Bench;

/// <summary>
/// A measurement in a process of its own, for the storms: says "ready", ends at the first line of its input, prints what it
/// saw.
/// </summary>
internal static class Watch
{
    /// <summary>Runs it.</summary>
    /// <param name="isKernel">Whether the kernel counts, not a capture.</param>
    public static void Run(bool isKernel)
    {
        double cpu = 0;
        Action<Notice> tell = notice => Console.Error.WriteLine(notice);
        using TrafficMonitor monitor = isKernel
            ? TrafficMonitor.StartKernel(null, HostAccess.Local, tell)
            : TrafficMonitor.StartLive(new LiveMeasurement(), static () => new PcapLibrary(), HostAccess.Local, tell);
        Console.WriteLine("ready");
        cpu = Cpu.Of(() =>
        {
            Console.ReadLine();
            monitor.Stop();
        });
        TrafficReport report = monitor.Report();
        double peak = PeakMemory();
        foreach (TrafficFlow flow in report.Flows)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"flow {flow.Protocol.ToString().ToLowerInvariant()} {flow.LocalAddress} {flow.LocalPort} {flow.ProcessId ?? 0} {flow.TotalBytes} {flow.Category} {flow.SentBytes} {flow.ReceivedBytes}"
                )
            );
        }

        TrafficStatistics statistics = report.Statistics;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"total {statistics.Packets} {statistics.DroppedPackets} {(statistics.IsBalanced ? 1 : 0)} {cpu} {peak}"
            )
        );
    }

    /// <summary>The most memory that this process has had, in megabytes (VmHWM of proc_pid_status(5)).</summary>
    private static double PeakMemory() =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture
        ) / 1024.0;
}
