namespace ProcNet;

/// <summary>What a history has of one hour, and what it lacks.</summary>
public sealed class TrafficHistoryHour
{
    /// <summary>When the hour begins, local time.</summary>
    public DateTime StartTime { get; internal init; }

    /// <summary>How much of the hour was measured.</summary>
    public TimeSpan Measured { get; internal init; }

    /// <summary>How much of the hour was not measured; of the present hour, of what has passed.</summary>
    public TimeSpan Missing { get; internal init; }

    /// <summary>How many samples there were.</summary>
    public long SampleCount { get; internal init; }

    /// <summary>The bytes that the measurement accounts for (those between two addresses of this host twice, sent and received).</summary>
    public long AccountedBytes { get; internal init; }

    /// <summary>The bytes of the rows that were kept. The same as <see cref="AccountedBytes"/> where nothing was filtered out.</summary>
    public long KeptBytes { get; internal init; }

    /// <summary>The bytes of the rows without a process: their category says why.</summary>
    public long UnattributedBytes { get; internal init; }

    /// <summary>Packets that the kernel dropped before they could be counted; no row has their bytes.</summary>
    public long DroppedPackets { get; internal init; }

    /// <summary>Packets that the interfaces or their drivers dropped.</summary>
    public long InterfaceDroppedPackets { get; internal init; }

    /// <summary>The bytes that the measurement saw pass the interfaces, those between two addresses of this host once.</summary>
    public long CapturedBytes { get; internal init; }

    /// <summary>What the interfaces' own counters say, without link headers; null where they were not read in every sample.</summary>
    public long? InterfaceBytes { get; internal init; }

    /// <summary><see cref="CapturedBytes"/> less <see cref="InterfaceBytes"/>; null where that is not known.</summary>
    public long? DifferenceBytes => InterfaceBytes is long bytes ? CapturedBytes - bytes : null;

    /// <summary>Whether the rows of the hour sum to what the measurement accounts for.</summary>
    public bool IsBalanced { get; internal init; }

    /// <summary>Whether the hour was measured from its begin to its end, is balanced, and no packet was dropped.</summary>
    public bool IsComplete { get; internal init; }

    /// <summary>What is missing, and why; null where nothing is.</summary>
    public string? Reason { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{StartTime:yyyy-MM-dd HH:mm} {(IsComplete ? "complete" : Reason)}";
}
