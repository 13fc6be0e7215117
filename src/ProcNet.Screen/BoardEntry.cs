using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>What is known of one process, or of one category, of one host.</summary>
internal sealed class BoardEntry(HostClock clock, TrafficRow first, int count = 1)
{
    /// <summary>The clock of its host.</summary>
    public HostClock Clock { get; } = clock;

    /// <summary>The last minute.</summary>
    public RateHistory History { get; private init; } = new();

    /// <summary>The newest row.</summary>
    public TrafficRow Row { get; private set; } = first;

    /// <summary>Bytes since the screen was opened.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>How many processes it stands for: more than one for those of the past that were summed to keep the board small.</summary>
    public int Count { get; private set; } = count;

    /// <summary>Whether the last minute had traffic.</summary>
    public bool IsRecent => Row.Timestamp > Clock.Now - RateHistory.Length;

    /// <summary>Takes a newer row.</summary>
    public void Add(TrafficRow row)
    {
        Row = row;
        TotalBytes += row.TotalBytes;
        History.Add(row.Timestamp, row.Duration, row.SentBytes, row.ReceivedBytes);
    }

    /// <summary>Takes the bytes of an entry that is removed.</summary>
    public void Absorb(BoardEntry other)
    {
        TotalBytes += other.TotalBytes;
        Count += other.Count;
        Row = Row with { Owner = $"[{Count} earlier]" };
    }

    /// <summary>The same, which takes nothing more.</summary>
    public BoardEntry Copy(HostClock clock) => new(clock, Row, Count) { History = History.Copy(), TotalBytes = TotalBytes };
}
