namespace ProcNet.Interfaces;

/// <summary>What an interface counts by itself (IFLA_STATS64), both directions.</summary>
/// <param name="Link">The interface.</param>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Bytes, less the link headers.</param>
internal sealed record LinkCounters(LinkInterface Link, long Packets, long Bytes);
