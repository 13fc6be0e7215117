namespace ProcNet.History;

/// <summary>One interval of a measurement, as it is written: its account and its rows.</summary>
internal sealed class HistorySample
{
    /// <summary>Its place among the samples of its measurement, from 0 on: two that follow each other have no gap between them.</summary>
    public required long Number { get; init; }

    /// <summary>The place of the first of several samples that were merged into this one; null for one sample.</summary>
    public long? FirstNumber { get; init; }

    /// <summary>The measurement; another object is another measurement.</summary>
    public required object Measurement { get; init; }

    /// <summary>The machine that it was measured on.</summary>
    public required string Host { get; init; }

    /// <summary>What counted the bytes.</summary>
    public required TrafficSourceKind Source { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTime End { get; init; }

    /// <summary>How long it was: the time that passed, also where the clocks were put forward or back meanwhile.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>
    /// Whether it is what came late of an interval that was written: rows alone, whose time and account are there
    /// already.
    /// </summary>
    public bool IsSupplement { get; init; }

    /// <summary>What the measurement itself counted; null where that did not come along.</summary>
    public HistoryAccount? Account { get; init; }

    /// <summary>What each process, or category, sent and received.</summary>
    public required IReadOnlyList<HistoryEntry> Entries { get; init; }
}
