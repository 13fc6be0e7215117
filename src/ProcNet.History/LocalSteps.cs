namespace ProcNet.History.Storage;

/// <summary>
/// Cuts time into steps that begin where people's clocks show round numbers: days at midnight, also when the clocks are
/// changed.
/// </summary>
internal static class LocalSteps
{
    private const long Day = 86_400_000;

    /// <summary>The end of the step that a moment is in.</summary>
    /// <param name="moment">The moment, in milliseconds since 1970 UTC.</param>
    /// <param name="step">The length, in milliseconds.</param>
    /// <param name="zone">Whose clocks.</param>
    public static long EndOf(long moment, long step, TimeZoneInfo zone)
    {
        long offset = (long)zone.GetUtcOffset(UnixTime.FromMilliseconds(moment)).TotalMilliseconds;
        long local = moment + offset;
        long end = local - (((local % step) + step) % step) + step;
        return step % Day == 0 ? ToUtc(end, zone) : end - offset;
    }

    // A day of 23 or 25 hours ends when the clocks show midnight; where they leave midnight out, when they show what comes next.
    private static long ToUtc(long local, TimeZoneInfo zone)
    {
        DateTime time = DateTime.SpecifyKind(UnixTime.FromMilliseconds(local), DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(time))
        {
            time = time.AddMinutes(15);
        }

        return UnixTime.Milliseconds(TimeZoneInfo.ConvertTimeToUtc(time, zone));
    }
}
