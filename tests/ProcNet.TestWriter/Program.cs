using ProcNet;
using ProcNet.History;
using ProcNet.History.Storage;

// Appends to a history for as long as it lives, and says of each sample that it is written: for tests that kill it.
//   dotnet ProcNet.TestWriter.dll FILE
IHistoryLibrary library = new SqliteHistoryLibrary();
using IHistoryWriter writer = library.OpenWriter(
    new HistoryWriterOptions { Path = args[0] },
    notice => Console.Error.WriteLine(notice.Message)
);
var measurement = new object();
for (long number = 0; ; number++)
{
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
            Entries =
            [
                new HistoryEntry(
                    new HistoryIdentity
                    {
                        ProcessId = 42,
                        StartTime = DateTime.UnixEpoch,
                        Name = $"worker{number % 7}",
                    },
                    null,
                    new HistoryCounters(1, 0, 1, 0, 1, OwnerEvidence.KernelFeed)
                ),
            ],
        }
    );
    Console.Out.WriteLine(number + 1);
    Console.Out.Flush();
}
