namespace ProcNet.Traffic;

/// <summary>A consistent copy of a source's counters at one moment.</summary>
internal sealed class FlowSnapshot
{
    /// <summary>All entries: conversations, and the packets that belong to none. Their sum is <see cref="Packets"/> and <see cref="Bytes"/>.</summary>
    public required ReadOnlyMemory<FlowCounters> Flows { get; init; }

    /// <summary>The interfaces that the keys' slots name.</summary>
    public required IReadOnlyList<TrafficInterface> Interfaces { get; init; }

    /// <summary>Packets counted.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes counted, from the first byte of the IP header.</summary>
    public required long Bytes { get; init; }

    /// <summary>Packets that the kernel dropped before they could be counted.</summary>
    public long DroppedPackets { get; init; }

    /// <summary>Packets that the interfaces dropped.</summary>
    public long InterfaceDroppedPackets { get; init; }

    /// <summary>When counting began, in microseconds since 1970 UTC; of a savefile, the first packet's time.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When the copy was made, or counting ended; of a savefile, the last packet's time.</summary>
    public required long TakenAt { get; init; }
}
