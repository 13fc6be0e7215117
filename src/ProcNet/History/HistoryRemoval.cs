namespace ProcNet.History;

/// <summary>What was removed from a history.</summary>
/// <param name="Hours">Hours of which nothing is left.</param>
/// <param name="FreedBytes">By how much the file became smaller.</param>
internal readonly record struct HistoryRemoval(long Hours, long FreedBytes);
