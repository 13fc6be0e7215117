namespace ProcNet.History;

/// <summary>What was sent and received.</summary>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="FlowCount">Conversations; of several intervals, the most that one of them had.</param>
/// <param name="Evidence">Every kind of evidence that contributed.</param>
internal readonly record struct HistoryCounters(
    long SentBytes,
    long ReceivedBytes,
    long SentPackets,
    long ReceivedPackets,
    int FlowCount,
    OwnerEvidence Evidence
)
{
    /// <summary>Both directions.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Both directions.</summary>
    public long TotalPackets => SentPackets + ReceivedPackets;

    /// <summary>Sums two intervals.</summary>
    public static HistoryCounters operator +(HistoryCounters left, HistoryCounters right) =>
        new(
            left.SentBytes + right.SentBytes,
            left.ReceivedBytes + right.ReceivedBytes,
            left.SentPackets + right.SentPackets,
            left.ReceivedPackets + right.ReceivedPackets,
            Math.Max(left.FlowCount, right.FlowCount),
            left.Evidence | right.Evidence
        );

    /// <summary>What is left of it without a part of it.</summary>
    public HistoryCounters Less(HistoryCounters part) =>
        new(
            SentBytes - part.SentBytes,
            ReceivedBytes - part.ReceivedBytes,
            SentPackets - part.SentPackets,
            ReceivedPackets - part.ReceivedPackets,
            Math.Max(0, FlowCount - part.FlowCount),
            Evidence
        );

    /// <summary>Sums two parts of the same interval.</summary>
    public HistoryCounters Beside(HistoryCounters other) => this + other with { FlowCount = FlowCount + other.FlowCount };
}
