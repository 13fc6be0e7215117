using ProcNet.History;
using ProcNet.History.Storage;

namespace ProcNet.TestWriter;

/// <summary>Appends samples of one byte each.</summary>
internal static class Endless
{
    public static void Write(string path)
    {
        IHistoryLibrary library = new SqliteHistoryLibrary();
        using IHistoryWriter writer = library.OpenWriter(
            new HistoryWriterOptions { Path = path },
            notice => Console.Error.WriteLine(notice.Message)
        );
        var measurement = new object();
        for (long number = 0; ; number++)
        {
            var worker = new HistoryIdentity
            {
                ProcessId = 42,
                StartTime = DateTime.UnixEpoch,
                Name = $"worker{number % 7}",
            };
            writer.Write(
                new HistorySample
                {
                    Number = number,
                    Measurement = measurement,
                    Host = "tiny",
                    Source = TrafficSourceKind.Kernel,
                    End = DateTime.UtcNow,
                    Duration = TimeSpan.FromSeconds(10),
                    Account = new HistoryAccount { Bytes = 1, Packets = 1 },
                    Entries = [new HistoryEntry(worker, null, new HistoryCounters(1, 0, 1, 0, 1, OwnerEvidence.KernelFeed))],
                }
            );
            Console.Out.WriteLine(number + 1);
            Console.Out.Flush();
        }
    }
}
