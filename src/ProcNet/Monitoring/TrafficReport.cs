namespace ProcNet.Monitoring;

/// <summary>What a measurement has found, at one moment or over one interval.</summary>
internal sealed class TrafficReport
{
    /// <summary>One row for each process and each category, largest first.</summary>
    public required IReadOnlyList<ProcessTraffic> Processes { get; init; }

    /// <summary>One row for each conversation (two for one between two local sockets), largest first.</summary>
    public required IReadOnlyList<TrafficFlow> Flows { get; init; }

    /// <summary>The totals, and whether the rows account for all of them.</summary>
    public required TrafficStatistics Statistics { get; init; }
}
