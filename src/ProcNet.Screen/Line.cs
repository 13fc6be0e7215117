using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>One line of the table: a process, or what it is grouped by.</summary>
internal sealed class Line
{
    /// <summary>What tells it from the others while it stays.</summary>
    public required string Key { get; init; }

    /// <summary>The name to show.</summary>
    public required string Name { get; init; }

    /// <summary>The host; empty for this one.</summary>
    public required string Host { get; init; }

    /// <summary>Whether these are processes: what is not has a name in brackets, and stands where its bytes put it.</summary>
    public required bool IsAttributed { get; init; }

    /// <summary>What it sums.</summary>
    public List<BoardEntry> Entries { get; } = [];

    /// <summary>Bytes per second, on average over the last ten seconds.</summary>
    public double SentRate { get; private set; }

    /// <summary>Bytes per second, on average over the last ten seconds.</summary>
    public double ReceivedRate { get; private set; }

    /// <summary>Bytes since the screen was opened.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The newest row of the largest.</summary>
    public TrafficRow Row => Entries[0].Row;

    /// <summary>How many processes it sums.</summary>
    public int Count => Entries.Sum(entry => entry.Count);

    /// <summary>Takes one more.</summary>
    public void Add(BoardEntry entry)
    {
        Entries.Add(entry);
        TotalBytes += entry.TotalBytes;
        TimeSpan window = entry.Clock.Window;
        if (window > TimeSpan.Zero)
        {
            (double sent, double received) = entry.History.BytesBetween(entry.Clock.Now - window, entry.Clock.Now);
            SentRate += sent / window.TotalSeconds;
            ReceivedRate += received / window.TotalSeconds;
        }
    }

    /// <summary>The last minute in parts, the oldest first, in bytes.</summary>
    public void Trend(Span<double> parts)
    {
        parts.Clear();
        foreach (BoardEntry entry in Entries)
        {
            entry.History.AddTo(parts, entry.Clock.Now);
        }
    }
}
