namespace ProcNet;

/// <summary>
/// What a measurement saw and what it could not see. <see cref="IsBalanced"/> says whether the rows account for all of
/// it.
/// </summary>
public sealed class TrafficStatistics
{
    /// <summary>Packets counted.</summary>
    public long Packets { get; internal init; }

    /// <summary>Bytes counted, from the first byte of the IP header (frames that are not IP: after the link header).</summary>
    public long Bytes { get; internal init; }

    /// <summary>
    /// Packets between two addresses of this host: each is counted twice, sent by one endpoint and received by the
    /// other.
    /// </summary>
    public long LocalPackets { get; internal init; }

    /// <summary>The bytes of <see cref="LocalPackets"/>.</summary>
    public long LocalBytes { get; internal init; }

    /// <summary>Bytes accounted to rows: <see cref="Bytes"/> plus <see cref="LocalBytes"/> when the totals balance.</summary>
    public long AccountedBytes { get; internal init; }

    /// <summary>Packets accounted to rows: <see cref="Packets"/> plus <see cref="LocalPackets"/> when the totals balance.</summary>
    public long AccountedPackets { get; internal init; }

    /// <summary>Whether every counted byte and packet is in exactly one row (two for local packets).</summary>
    public bool IsBalanced => AccountedBytes == Bytes + LocalBytes && AccountedPackets == Packets + LocalPackets;

    /// <summary>Packets that the kernel dropped because the capture did not keep up; no row has their bytes.</summary>
    public long DroppedPackets { get; internal init; }

    /// <summary>Packets that the interfaces or their drivers dropped; no row has their bytes.</summary>
    public long InterfaceDroppedPackets { get; internal init; }

    /// <summary>Conversations seen.</summary>
    public long FlowCount { get; internal init; }

    /// <summary>Accounted bytes by the name of their category: text, so that ConvertTo-Json and Export-Csv take it.</summary>
    public CategoryBytes BytesByCategory { get; internal init; } = new();

    /// <summary>From the start of the measurement to its end, or to now.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Packets} packets, {Bytes} B, {DroppedPackets} dropped";
}
