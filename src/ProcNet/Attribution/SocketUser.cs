namespace ProcNet.Attribution;

/// <summary>What passed a socket while one process was its user, by the kernel's own counts.</summary>
/// <param name="Owner">The process.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="ReceivedPackets">Packets received.</param>
internal readonly record struct SocketUser(SocketHolder Owner, long SentBytes, long ReceivedBytes, long SentPackets, long ReceivedPackets)
{
    /// <summary>The sum; the owner stays.</summary>
    public SocketUser Plus(in SocketUser other) =>
        this with
        {
            SentBytes = SentBytes + other.SentBytes,
            ReceivedBytes = ReceivedBytes + other.ReceivedBytes,
            SentPackets = SentPackets + other.SentPackets,
            ReceivedPackets = ReceivedPackets + other.ReceivedPackets,
        };

    /// <summary>The larger of two counts of the same user: the feed begins anew where an entry was silent.</summary>
    public SocketUser Larger(in SocketUser other) =>
        this with
        {
            SentBytes = Math.Max(SentBytes, other.SentBytes),
            ReceivedBytes = Math.Max(ReceivedBytes, other.ReceivedBytes),
            SentPackets = Math.Max(SentPackets, other.SentPackets),
            ReceivedPackets = Math.Max(ReceivedPackets, other.ReceivedPackets),
        };
}
