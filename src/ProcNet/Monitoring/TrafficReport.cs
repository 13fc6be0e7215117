using ProcNet.Attribution;
using ProcNet.Processes;

namespace ProcNet.Monitoring;

/// <summary>What a measurement has found, at one moment or over one interval.</summary>
internal sealed class TrafficReport
{
    private readonly Lazy<IReadOnlyList<ProcessTraffic>> _processes;
    private readonly Lazy<IReadOnlyList<TrafficFlow>> _flows;
    private readonly TrafficSummary _summary;

    /// <summary>Makes a report whose rows are made when they are asked for.</summary>
    public TrafficReport(Func<IReadOnlyList<ProcessTraffic>> processes, TrafficSummary summary)
    {
        _summary = summary;
        _processes = new Lazy<IReadOnlyList<ProcessTraffic>>(processes);
        _flows = new Lazy<IReadOnlyList<TrafficFlow>>(summary.ListFlows);
        Statistics = summary.Summarize();
    }

    /// <summary>One row for each process and each category, largest first.</summary>
    public IReadOnlyList<ProcessTraffic> Processes => _processes.Value;

    /// <summary>One row for each conversation (two for one between two local sockets), largest first.</summary>
    public IReadOnlyList<TrafficFlow> Flows => _flows.Value;

    /// <summary>A row that says that nothing came.</summary>
    public ProcessTraffic IdleProcess => _summary.IdleProcess;

    /// <summary>The same as a conversation's row.</summary>
    public TrafficFlow IdleFlow => _summary.IdleFlow;

    /// <summary>The same as a group's row.</summary>
    public GroupTraffic IdleGroup(TrafficGrouping by) => _summary.IdleGroup(by);

    /// <summary>One row for each group, largest first.</summary>
    /// <param name="by">What to sum by.</param>
    /// <param name="isWanted">Which conversations to take, by their owners; null for all.</param>
    public IReadOnlyList<GroupTraffic> Group(TrafficGrouping by, Func<ProcessIdentity?, bool>? isWanted) =>
        _summary.SumGroups(by, isWanted);

    /// <summary>The totals, and whether the rows account for all of them.</summary>
    public TrafficStatistics Statistics { get; }
}
