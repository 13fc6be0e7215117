namespace ProcNet.Report;

/// <summary>
/// Steps of time of one length, which doubles as the time that they cover grows: so many rows as may come, there are never more than
/// <see cref="MaxSteps"/>. All lines of a report share one.
/// </summary>
internal sealed class TimeGrid
{
    public const int MaxSteps = 240;

    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>The length of a step in ticks, a second at least.</summary>
    public long Width { get; private set; } = TimeSpan.TicksPerSecond;

    /// <summary>Whether anything is on it.</summary>
    public bool IsEmpty => _last < _first;

    /// <summary>The first step.</summary>
    public long First => Step(_first);

    /// <summary>The last step.</summary>
    public long Last => Step(_last - 1);

    /// <summary>Makes room for a length of time that is longer than nothing.</summary>
    public void Cover(DateTime begin, DateTime end)
    {
        _first = Math.Min(_first, begin.Ticks);
        _last = Math.Max(_last, end.Ticks);
        while (Last - First >= MaxSteps)
        {
            Width *= 2;
        }
    }

    /// <summary>The step that a moment is in.</summary>
    public long Step(long ticks) => ticks / Width;

    /// <summary>When a step begins, UTC.</summary>
    public DateTime BeginOf(long step) => new(step * Width, DateTimeKind.Utc);
}
