using System.Diagnostics;
using System.Globalization;
using ProcNet.Capture;
using ProcNet.Monitoring;

namespace ProcNet.Bench;

/// <summary>
/// A long measurement that is sampled every two seconds, beside about 300 short connections and 10 new processes a second: what its memory
/// is, minute by minute. PROCNET_SOAK_MINUTES says how long (15).
/// </summary>
internal static class Soak
{
    private const int DefaultMinutes = 15;
    private const string Sampled = "sample ";
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private static int Minutes =>
        int.TryParse(Environment.GetEnvironmentVariable("PROCNET_SOAK_MINUTES"), CultureInfo.InvariantCulture, out int minutes)
            ? minutes
            : DefaultMinutes;

    /// <summary>Runs it and prints a table.</summary>
    /// <param name="output">Takes the table.</param>
    /// <param name="programs">The folder of the compiled C programs.</param>
    public static void Run(TextWriter output, string programs)
    {
        output.WriteLine($"### A soak of {Minutes} minutes, a sample every two seconds\n");
        output.WriteLine("| minute | resident MB | heap MB after a collection | conversations kept | known sockets |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        using var lab = new Lab();
        lab.StartLoad(Lab.Far, $"{programs}/storm", "serve", "tcp", Lab.FarAddress, "9100", "100", "1000");
        Process soak = lab.Start(Lab.Near, Command.Again("soak", Minutes.ToString(CultureInfo.InvariantCulture)));
        using var stop = new CancellationTokenSource();
        string truth = Path.Combine(Path.GetTempPath(), $"procnet-soak-{Environment.ProcessId}");
        Task load = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                // 300 conversations of 10 processes, in about a third of a second.
                Command.Run(
                    Lab.In(Lab.Near, $"{programs}/storm", "call", "tcp", Lab.FarAddress, "9100", "100", "1000", "300", "10", "share", truth)
                );
                stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(700));
            }
        });
        while (soak.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Sampled, StringComparison.Ordinal))
            {
                output.WriteLine($"| {string.Join(" | ", line[Sampled.Length..].Split(' '))} |");
                output.Flush();
            }
        }

        stop.Cancel();
        load.Wait();
        File.Delete(truth);
        output.WriteLine();
    }

    /// <summary>The measurement, in a process of its own.</summary>
    /// <param name="minutes">How long.</param>
    public static void Measure(int minutes)
    {
        using TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement(),
            static () => new PcapLibrary(),
            HostAccess.Local,
            static notice => Console.Error.WriteLine(notice)
        );
        long start = Stopwatch.GetTimestamp();
        int told = 0;
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(minutes))
        {
            Thread.Sleep(s_interval);
            TrafficReport report = monitor.ReportInterval();
            _ = report.Processes.Count;
            int minute = (int)Stopwatch.GetElapsedTime(start).TotalMinutes;
            if (minute > told)
            {
                told = minute;
                long resident = Environment.WorkingSet >> 20;
                long heap = GC.GetTotalMemory(forceFullCollection: true) >> 20;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Sampled}{minute} {resident} {heap} {report.Statistics.FlowCount} {monitor.KnownSockets}"
                    )
                );
            }
        }
    }
}
