namespace ProcNet;

/// <summary>
/// What one process sent and received in an interval, or, where <see cref="Category"/> is not
/// <see cref="TrafficCategory.Process"/>, the bytes that no process could be named for.
/// The rows of one measurement sum to what was captured (loopback packets are in two rows, sent and received).
/// </summary>
public sealed class ProcessTraffic : IComparable
{
    /// <summary>The same as <see cref="ProcessId"/>, by the name that Stop-Process takes from the pipeline.</summary>
    public int? Id => ProcessId;

    /// <summary>The process; null on the row of a category.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The name of the process, as Get-Process shows it; null on the row of a category.</summary>
    public string? ProcessName { get; internal init; }

    /// <summary>
    /// The name of the process, or, between brackets, why there is none: <c>[no socket]</c>, <c>[no holder]</c>, <c>[kernel]</c>,
    /// …
    /// </summary>
    public string Owner => OwnerText.Of(ProcessName, Category);

    /// <summary>The user that the process runs as.</summary>
    public string? UserName { get; internal init; }

    /// <summary>The path of the executable, where it is readable.</summary>
    public string? Path { get; internal init; }

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
    /// processes came to keep them.
    /// </summary>
    public long? RunningSentBytes { get; internal init; }

    /// <summary>Bytes received since the measurement began; see <see cref="RunningSentBytes"/>.</summary>
    public long? RunningReceivedBytes { get; internal init; }

    /// <summary>How many conversations the row sums.</summary>
    public int FlowCount { get; internal init; }

    /// <summary>
    /// The names of the remote ends that most bytes were exchanged with, eight at most, with blanks between. Null where none was learned,
    /// or where -ResolveFromTraffic did not ask for names.
    /// </summary>
    public string? RemoteHostName { get; internal init; }

    /// <summary>A process, or why none could be named.</summary>
    public TrafficCategory Category { get; internal init; }

    /// <summary>Every kind of evidence that the row's flows were attributed by.</summary>
    public OwnerEvidence Evidence { get; internal init; }

    /// <summary>A sentence on a category's row: what its bytes are.</summary>
    public string? Reason { get; internal init; }

    /// <summary>
    /// When the process started, local time: (ProcessId, ProcessStartTime) names a process for good, since ids come
    /// back.
    /// </summary>
    public DateTime? ProcessStartTime { get; internal init; }

    /// <summary>Whether the process had ended when the row was made; null on the row of a category.</summary>
    public bool? HasExited { get; internal init; }

    /// <summary>The inode of the process's network namespace; null where it is not known.</summary>
    public long? NetworkNamespace { get; internal init; }

    /// <summary>The container that the process runs in; null outside of one.</summary>
    public string? Container { get; internal init; }

    /// <summary>
    /// The command line of the process: its arguments with blanks between, at most 2048 characters; null where it is not
    /// known.
    /// </summary>
    public string? CommandLine { get; internal init; }

    /// <summary>The id of the parent, by the time the process was looked at; null where it is not known.</summary>
    public int? ParentId { get; internal init; }

    /// <summary>
    /// The systemd unit that the process belongs to (<c>ssh.service</c>; of a user's service manager, its own unit); null where
    /// there is none.
    /// </summary>
    public string? Unit { get; internal init; }

    /// <summary>The systemd slice of that unit (<c>system.slice</c>); null where there is none.</summary>
    public string? Slice { get; internal init; }

    /// <summary>What counted the bytes.</summary>
    public TrafficSourceKind Source { get; internal init; }

    /// <summary>The end of the interval, local time.</summary>
    public DateTime Timestamp { get; internal init; }

    /// <summary>The length of the interval.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The measurement that the row comes from; null where it is not a live one of this process.</summary>
    internal SampleOrigin? Origin { get; set; }

    /// <summary>The totals of the measurement or sample that the row is of. Not among its properties, so it is not serialised.</summary>
    internal TrafficStatistics? Totals { get; init; }

    /// <summary>Orders by process, or by category, which tell one row from another: what Sort-Object and Compare-Object go by.</summary>
    /// <param name="obj">Another row, or null, which comes first.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public int CompareTo(object? obj) => RowOrder.Compare(this, obj, static row => (row.ProcessId, row.ProcessStartTime, row.Category));

    /// <inheritdoc/>
    public override string ToString() => ProcessId is int id ? $"{ProcessName} ({id}) {TotalBytes} B" : $"{Category} {TotalBytes} B";
}
