using ProcNet.Attribution;
using ProcNet.Flows;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>The identity that every attribution of every test must fulfil.</summary>
internal static class Balance
{
    public static void Assert(FlowSnapshot snapshot, IReadOnlyList<AttributedFlow> flows)
    {
        var summary = new TrafficSummary(snapshot, flows, TrafficSourceKind.Capture);
        TrafficStatistics statistics = summary.Summarize();
        Xunit.Assert.Equal(snapshot.Bytes, statistics.Bytes);
        Xunit.Assert.Equal(snapshot.Packets, statistics.Packets);
        Xunit.Assert.Equal(statistics.Bytes + statistics.LocalBytes, statistics.AccountedBytes);
        Xunit.Assert.Equal(statistics.Packets + statistics.LocalPackets, statistics.AccountedPackets);
        Xunit.Assert.True(statistics.IsBalanced);

        List<ProcessTraffic> rows = summary.SumProcesses(_ => true);
        Xunit.Assert.Equal(statistics.AccountedBytes, rows.Sum(row => row.TotalBytes));
        Xunit.Assert.Equal(statistics.AccountedPackets, rows.Sum(row => row.SentPackets + row.ReceivedPackets));
        Xunit.Assert.Equal(statistics.AccountedBytes, statistics.BytesByCategory.Values.Sum());
        Xunit.Assert.Equal(statistics.AccountedBytes, summary.ListFlows().Sum(row => row.TotalBytes));
    }
}
