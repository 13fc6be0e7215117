namespace ProcNet.Monitoring;

/// <summary>What a measurement has found, at one moment or over one interval.</summary>
internal sealed class TrafficReport
{
    private readonly Lazy<IReadOnlyList<ProcessTraffic>> _processes;
    private readonly Lazy<IReadOnlyList<TrafficFlow>> _flows;

    /// <summary>Makes a report whose rows are made when they are asked for.</summary>
    public TrafficReport(
        Func<IReadOnlyList<ProcessTraffic>> processes, Func<IReadOnlyList<TrafficFlow>> flows, TrafficStatistics statistics)
    {
        _processes = new Lazy<IReadOnlyList<ProcessTraffic>>(processes);
        _flows = new Lazy<IReadOnlyList<TrafficFlow>>(flows);
        Statistics = statistics;
    }

    /// <summary>One row for each process and each category, largest first.</summary>
    public IReadOnlyList<ProcessTraffic> Processes => _processes.Value;

    /// <summary>One row for each conversation (two for one between two local sockets), largest first.</summary>
    public IReadOnlyList<TrafficFlow> Flows => _flows.Value;

    /// <summary>The totals, and whether the rows account for all of them.</summary>
    public TrafficStatistics Statistics { get; }
}
