namespace ProcNet.History.Storage;

/// <summary>
/// Which tables answer for which stretch of time: the longest periods that fit, and shorter ones at the edges, as far back as they
/// are kept.
/// </summary>
/// <param name="samplesFrom">The first moment that samples are kept of.</param>
/// <param name="minutesFrom">The first minute that is kept.</param>
internal sealed class Coverage(long samplesFrom, long minutesFrom)
{
    /// <summary>A stretch that one kind of table answers for.</summary>
    /// <param name="Period">The period; null for single samples.</param>
    /// <param name="From">The first moment, in milliseconds since 1970.</param>
    /// <param name="To">The first moment after it.</param>
    public readonly record struct Part(Period? Period, long From, long To);

    /// <summary>The finest step at which a stretch that begins at a moment can be told, in milliseconds.</summary>
    public long FinestStep(long from) =>
        from >= samplesFrom ? 1
        : from >= minutesFrom * Period.Minute.Milliseconds ? Period.Minute.Milliseconds
        : Period.Hour.Milliseconds;

    /// <summary>Moves a moment back to where something begins that can be told from what was before.</summary>
    public long Floor(long moment)
    {
        long step = FinestStep(moment);
        return step == 1 ? moment : moment - (((moment % step) + step) % step);
    }

    /// <summary>Cuts a stretch into parts. Its ends are such as <see cref="Floor"/> gives.</summary>
    public static List<Part> Cover(long from, long to)
    {
        var parts = new List<Part>();
        Cover(parts, from, to, Period.All.Count - 1);
        return parts;
    }

    private static void Cover(List<Part> parts, long from, long to, int level)
    {
        if (from >= to)
        {
            return;
        }

        if (level < 0)
        {
            parts.Add(new Part(null, from, to));
            return;
        }

        Period period = Period.All[level];
        long first = period.From(from) * period.Milliseconds;
        long end = period.Of(to) * period.Milliseconds;
        if (first >= end)
        {
            Cover(parts, from, to, level - 1);
            return;
        }

        Cover(parts, from, first, level - 1);
        parts.Add(new Part(period, first, end));
        Cover(parts, end, to, level - 1);
    }
}
