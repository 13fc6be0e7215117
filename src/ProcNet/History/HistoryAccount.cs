namespace ProcNet.History;

/// <summary>What a measurement counted in an interval: the sum that the rows have to come to, and what it could not see.</summary>
internal readonly record struct HistoryAccount
{
    /// <summary>Bytes accounted for in rows: counted, and those between two addresses of the host a second time.</summary>
    public required long Bytes { get; init; }

    /// <summary>Packets, likewise.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes as the interfaces should have counted them: each packet once that passed them.</summary>
    public long CapturedBytes { get; init; }

    /// <summary>Packets that the kernel dropped before they could be counted.</summary>
    public long DroppedPackets { get; init; }

    /// <summary>Packets that the interfaces dropped.</summary>
    public long InterfaceDroppedPackets { get; init; }

    /// <summary>What the interfaces' own counters say, without the link headers; null where they were not read.</summary>
    public long? InterfaceBytes { get; init; }

    /// <summary>The packets of the interfaces' own counters; null where they were not read.</summary>
    public long? InterfacePackets { get; init; }

    /// <summary>Sums two intervals. What one of them does not know, the sum does not.</summary>
    public static HistoryAccount operator +(HistoryAccount left, HistoryAccount right) =>
        new()
        {
            Bytes = left.Bytes + right.Bytes,
            Packets = left.Packets + right.Packets,
            CapturedBytes = left.CapturedBytes + right.CapturedBytes,
            DroppedPackets = left.DroppedPackets + right.DroppedPackets,
            InterfaceDroppedPackets = left.InterfaceDroppedPackets + right.InterfaceDroppedPackets,
            InterfaceBytes = left.InterfaceBytes + right.InterfaceBytes,
            InterfacePackets = left.InterfacePackets + right.InterfacePackets,
        };
}
