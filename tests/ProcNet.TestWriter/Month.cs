using System.Diagnostics;
using ProcNet.History;
using ProcNet.History.Storage;

namespace ProcNet.TestWriter;

/// <summary>
/// Makes a history in which each process has traffic all the time. Of the days before the last one only hours and days are kept whatever
/// the samples were, so those have a sample an hour; the last day has one each ten seconds. The sums are as large as a real month's.
/// </summary>
internal static class Month
{
    private static readonly TimeSpan s_sample = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public static void Write(string path, int days, int processes)
    {
        IHistoryLibrary library = new SqliteHistoryLibrary();
        using IHistoryWriter writer = library.OpenWriter(
            new HistoryWriterOptions { Path = path },
            notice => Console.Error.WriteLine(notice.Message)
        );
        var random = new Random(1);
        DateTime end = DateTime.UtcNow;
        DateTime clock = end.AddDays(-days);
        HistoryIdentity[] who = [.. Enumerable.Range(1, processes).Select(Identity)];
        var measurement = new object();
        var watch = new Stopwatch();
        long fine = 0;
        for (long number = 0; clock < end; number++)
        {
            bool isLastDay = clock >= end.AddDays(-1);
            TimeSpan duration = isLastDay ? s_sample : s_hour;
            clock += duration;
            List<HistoryEntry> entries = [.. who.Select(identity => new HistoryEntry(identity, null, Counters(random, duration)))];
            var sample = new HistorySample
            {
                Number = number,
                Measurement = measurement,
                Host = "month",
                Source = TrafficSourceKind.Kernel,
                End = clock,
                Duration = duration,
                Account = new HistoryAccount
                {
                    Bytes = entries.Sum(static entry => entry.Counters.TotalBytes),
                    Packets = entries.Sum(static entry => entry.Counters.TotalPackets),
                },
                Entries = entries,
            };
            if (isLastDay)
            {
                fine++;
                watch.Start();
            }

            writer.Write(sample);
            watch.Stop();
        }

        writer.Complete();
        Console.WriteLine(
            $"{fine} samples of {processes} processes, {watch.Elapsed.TotalMilliseconds / fine:0.00} ms each with all rollups and removals"
        );
    }

    private static HistoryIdentity Identity(int number) =>
        new()
        {
            ProcessId = 1000 + number,
            StartTime = DateTime.UnixEpoch.AddYears(56).AddMinutes(number),
            Name = $"process-{number % 100}",
            UserName = $"user{number % 10}",
            Path = $"/usr/lib/program-{number % 100}/bin/process-{number % 100}",
            Unit = $"unit-{number % 50}.service",
            Slice = "system.slice",
        };

    // 1 kB to 10 MB a second, as many of the small as of the large.
    private static HistoryCounters Counters(Random random, TimeSpan duration)
    {
        long sent = (long)(Math.Pow(10, 3 + (4 * random.NextDouble())) * duration.TotalSeconds);
        long received = (long)(Math.Pow(10, 3 + (4 * random.NextDouble())) * duration.TotalSeconds);
        return new HistoryCounters(sent, received, sent / 700, received / 700, random.Next(1, 30), OwnerEvidence.KernelFeed);
    }
}
