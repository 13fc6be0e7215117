namespace ProcNet.Interfaces;

/// <summary>
/// What an interface counts by itself (IFLA_STATS64), both directions; of loopback one, since each of its packets is sent and
/// received.
/// </summary>
/// <param name="Link">The interface.</param>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Bytes, less the link headers.</param>
internal sealed record LinkCounters(LinkInterface Link, long Packets, long Bytes);
