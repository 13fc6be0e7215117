namespace ProcNet.History.Tests;

/// <summary>Samples of one measurement, one after another.</summary>
/// <param name="clock">When the first one begins, UTC.</param>
internal sealed class Measurement(DateTime clock)
{
    private readonly object _measurement = new();
    private long _number;

    /// <summary>The end of the last sample; a test puts the clock forward or back by it.</summary>
    public DateTime Clock { get; set; } = clock;

    /// <summary>Makes the next sample.</summary>
    public HistorySample Next(TimeSpan duration, params IReadOnlyList<HistoryEntry> entries)
    {
        Clock += duration;
        return new HistorySample
        {
            Number = _number++,
            Measurement = _measurement,
            Host = "tiny",
            Source = TrafficSourceKind.Kernel,
            End = Clock,
            Duration = duration,
            Account = new HistoryAccount
            {
                Bytes = entries.Sum(static entry => entry.Counters.TotalBytes),
                CapturedBytes = entries.Sum(static entry => entry.Counters.TotalBytes),
                Packets = entries.Sum(static entry => entry.Counters.TotalPackets),
            },
            Entries = entries,
        };
    }

    /// <summary>A sample that nobody wrote.</summary>
    public void Skip(TimeSpan duration) => _ = Next(duration);
}
