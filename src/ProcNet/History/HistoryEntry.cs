namespace ProcNet.History;

/// <summary>What one process, or category, sent and received in an interval.</summary>
/// <param name="Identity">Who.</param>
/// <param name="Endpoint">With whom; null where that is not kept.</param>
/// <param name="Counters">How much.</param>
internal readonly record struct HistoryEntry(HistoryIdentity Identity, HistoryEndpoint? Endpoint, HistoryCounters Counters);
