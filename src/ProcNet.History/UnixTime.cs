namespace ProcNet.History.Storage;

/// <summary>Times as the tables have them.</summary>
internal static class UnixTime
{
    /// <summary>Milliseconds since 1970 UTC.</summary>
    public static long Milliseconds(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Microseconds since 1970 UTC; 0 for no time.</summary>
    public static long Microseconds(DateTime? utc) =>
        utc is { } time ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : 0;

    /// <summary>The moment, UTC.</summary>
    public static DateTime FromMilliseconds(long milliseconds) =>
        DateTime.UnixEpoch.AddTicks(Math.Clamp(milliseconds, -62_000_000_000_000, 253_000_000_000_000) * TimeSpan.TicksPerMillisecond);

    /// <summary>The moment, local time; null for 0.</summary>
    public static DateTime? LocalFromMicroseconds(long microseconds) =>
        microseconds == 0 ? null : DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToLocalTime();
}
