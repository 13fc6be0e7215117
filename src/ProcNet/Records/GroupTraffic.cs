namespace ProcNet;

/// <summary>
/// What a group of processes or conversations sent and received in an interval. The groups of one measurement sum to what was captured, as
/// the rows of processes do: bytes that have no place in a group are in one whose name, between brackets, says why.
/// </summary>
public sealed class GroupTraffic : IComparable
{
    internal const string NoUnit = "[no unit]";
    internal const string NoSlice = "[no slice]";
    internal const string UnknownUser = "[unknown user]";
    internal const string NoContainer = "[no container]";
    internal const string NoPort = "[no port]";
    internal const string ClientPort = "[client port]";
    internal const string NotKept = "[not kept]";

    /// <summary>What the traffic is summed by.</summary>
    public TrafficGrouping GroupBy { get; internal init; }

    /// <summary>
    /// The group: a path, unit, user, address, port, … Between brackets where the bytes have none: <c>[no unit]</c>, <c>[no
    /// holder]</c>.
    /// </summary>
    public string Group { get; internal init; } = "";

    /// <summary>Why the bytes of the group have no process, where that is what they have in common; else null.</summary>
    public TrafficCategory? Category { get; internal init; }

    /// <summary>How many processes are in the group.</summary>
    public int ProcessCount { get; internal init; }

    /// <summary>How many conversations it sums.</summary>
    public int FlowCount { get; internal init; }

    /// <summary>Bytes sent, counted from the first byte of the IP header.</summary>
    public long SentBytes { get; internal init; }

    /// <summary>Bytes received, counted from the first byte of the IP header.</summary>
    public long ReceivedBytes { get; internal init; }

    /// <summary>Sent and received bytes together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Packets sent, as the source counts them.</summary>
    public long SentPackets { get; internal init; }

    /// <summary>Packets received, as the source counts them.</summary>
    public long ReceivedPackets { get; internal init; }

    /// <summary>Bytes sent per second of the interval.</summary>
    public double SentRate => RateOf.Bytes(SentBytes, Duration);

    /// <summary>Bytes received per second of the interval.</summary>
    public double ReceivedRate => RateOf.Bytes(ReceivedBytes, Duration);

    /// <summary>
    /// Bytes sent since the measurement began; of a row that is no sample the same as <see cref="SentBytes"/>. Null where too many
    /// groups came to keep them.
    /// </summary>
    public long? RunningSentBytes { get; internal init; }

    /// <summary>Bytes received since the measurement began; see <see cref="RunningSentBytes"/>.</summary>
    public long? RunningReceivedBytes { get; internal init; }

    /// <summary>Every kind of evidence that the conversations were attributed by.</summary>
    public OwnerEvidence Evidence { get; internal init; }

    /// <summary>A sentence on bytes without a process: what they are.</summary>
    public string? Reason { get; internal init; }

    /// <summary>What counted the bytes.</summary>
    public TrafficSourceKind Source { get; internal init; }

    /// <summary>The end of the interval, local time.</summary>
    public DateTime Timestamp { get; internal init; }

    /// <summary>The length of the interval.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The totals of the measurement or sample that the row is of. Not among its properties, so it is not serialised.</summary>
    internal TrafficStatistics? Totals { get; init; }

    /// <summary>Orders by group, which tells one row from another: what Sort-Object and Compare-Object go by.</summary>
    /// <param name="obj">Another row, or null, which comes first.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public int CompareTo(object? obj) => RowOrder.Compare(this, obj, static row => (row.GroupBy, row.Group));

    /// <inheritdoc/>
    public override string ToString() => $"{GroupBy} {Group} {TotalBytes} B";
}
