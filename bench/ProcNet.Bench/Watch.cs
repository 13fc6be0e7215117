using System.Globalization;
using ProcNet.Capture;
using ProcNet.Monitoring;

namespace ProcNet.Bench;

/// <summary>A measurement in a process of its own, for the storms: says "ready", ends at the first line of its input, prints what it saw.</summary>
internal static class Watch
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        double cpu = 0;
        using TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement(), new PcapLibrary(), HostAccess.Local, notice => Console.Error.WriteLine(notice));
        Console.WriteLine("ready");
        cpu = Cpu.Of(() =>
        {
            Console.ReadLine();
            monitor.Stop();
        });
        TrafficReport report = monitor.Report();
        foreach (TrafficFlow flow in report.Flows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"flow {flow.Protocol.ToString().ToLowerInvariant()} {flow.LocalAddress} {flow.LocalPort} {flow.ProcessId ?? 0} {flow.TotalBytes} {flow.Category}"));
        }

        TrafficStatistics statistics = report.Statistics;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"total {statistics.Packets} {statistics.DroppedPackets} {(statistics.BooksClose ? 1 : 0)} {cpu}"));
    }
}
