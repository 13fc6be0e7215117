using ProcNet.Attribution;
using ProcNet.Flows;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>The identity that every attribution of every test must fulfil.</summary>
internal static class ClosedBooks
{
    public static void Assert(FlowSnapshot snapshot, IReadOnlyList<AttributedFlow> flows)
    {
        var books = new Books(snapshot, flows, TrafficSourceKind.Capture);
        TrafficStatistics statistics = books.Summarize();
        Xunit.Assert.Equal(snapshot.Bytes, statistics.Bytes);
        Xunit.Assert.Equal(snapshot.Packets, statistics.Packets);
        Xunit.Assert.Equal(statistics.Bytes + statistics.LocalBytes, statistics.BookedBytes);
        Xunit.Assert.Equal(statistics.Packets + statistics.LocalPackets, statistics.BookedPackets);
        Xunit.Assert.True(statistics.BooksClose);

        List<ProcessTraffic> rows = books.SumProcesses(_ => true);
        Xunit.Assert.Equal(statistics.BookedBytes, rows.Sum(row => row.TotalBytes));
        Xunit.Assert.Equal(statistics.BookedPackets, rows.Sum(row => row.SentPackets + row.ReceivedPackets));
        Xunit.Assert.Equal(statistics.BookedBytes, statistics.BytesByCategory.Values.Sum());
        Xunit.Assert.Equal(statistics.BookedBytes, books.ListFlows().Sum(row => row.TotalBytes));
    }
}
