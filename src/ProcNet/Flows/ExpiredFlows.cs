namespace ProcNet.Flows;

/// <summary>Conversations that were taken out of a table.</summary>
/// <param name="Snapshot">Their entries, and the totals of these alone.</param>
/// <param name="Places">Where each stood in the table, ascending.</param>
internal sealed record ExpiredFlows(FlowSnapshot Snapshot, IReadOnlyList<int> Places);
