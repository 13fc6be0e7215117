namespace ProcNet;

/// <summary>What interfaces sent and received by their own counters.</summary>
/// <param name="Bytes">Bytes, less the link headers.</param>
/// <param name="Packets">Packets.</param>
internal readonly record struct LinkTraffic(long Bytes, long Packets);
