using ProcNet.Flows;

namespace ProcNet.Sources;

/// <summary>A source whose packets may be written to a file while it counts them.</summary>
internal interface IRecordableSource : ITrafficSource
{
    /// <summary>
    /// Copies the counters of some conversations, and of nothing else. Those that were taken out of the table are left
    /// out.
    /// </summary>
    /// <param name="numbers">Their numbers (<see cref="FlowCounters.Number"/>).</param>
    FlowSnapshot SnapshotOf(IReadOnlyList<int> numbers);
}
