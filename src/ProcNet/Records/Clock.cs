namespace ProcNet;

/// <summary>The time of packets, flows and observations: microseconds since 1970 UTC, as libpcap stamps packets.</summary>
internal static class Clock
{
    /// <summary>Now.</summary>
    public static long Now => ToMicroseconds(DateTime.UtcNow);

    /// <summary>A time of day as such a number. A local time is turned into UTC.</summary>
    public static long ToMicroseconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Such a number as a local time of day.</summary>
    public static DateTime ToLocalTime(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToLocalTime();
}
