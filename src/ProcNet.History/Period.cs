namespace ProcNet.History.Storage;

/// <summary>A length of time that traffic is summed up by, and its tables.</summary>
/// <param name="Name">The end of its tables' names.</param>
/// <param name="Milliseconds">Its length.</param>
internal sealed record Period(string Name, long Milliseconds)
{
    /// <summary>A minute; kept for a day.</summary>
    public static Period Minute { get; } = new("minute", 60_000);

    /// <summary>An hour; kept as long as the history goes back.</summary>
    public static Period Hour { get; } = new("hour", 3_600_000);

    /// <summary>A day of UTC; kept as long as the history goes back.</summary>
    public static Period Day { get; } = new("day", 86_400_000);

    /// <summary>All, the shortest first.</summary>
    public static IReadOnlyList<Period> All { get; } = [Minute, Hour, Day];

    /// <summary>The number of the period that a moment is in.</summary>
    /// <param name="milliseconds">The moment, since 1970 UTC.</param>
    public long Of(long milliseconds) =>
        Math.DivRem(milliseconds, Milliseconds) is var (number, rest) && rest < 0 ? number - 1 : milliseconds / Milliseconds;

    /// <summary>The number of the first period that begins at a moment or after it.</summary>
    public long From(long milliseconds) => Of(milliseconds + Milliseconds - 1);
}
