namespace ProcNet.Flows;

/// <summary>What a source has counted by now, for those who need no copy of the counters.</summary>
/// <param name="Packets">Packets counted.</param>
/// <param name="Bytes">Bytes counted, from the first byte of the IP header.</param>
internal readonly record struct TrafficTotals(long Packets, long Bytes);
