using System.Diagnostics;

namespace ProcNet;

/// <summary>
/// The time of packets, flows and observations: microseconds since 1970 UTC, as libpcap stamps packets. Within a process it only goes
/// forward: CLOCK_MONOTONIC, put at the system clock's time once. Where the system clock is set while something is measured, it and this
/// part company by <see cref="Skew"/>; times are compared in this one, taken over from packets by <see cref="FromWall"/>, and shown in the
/// system's.
/// </summary>
internal static class Clock
{
    // Less is the jitter of reading two clocks; who sets the clock by less moves no owner.
    private const long LeastStepMicroseconds = 10_000;

    // The system clock is slewed (adjtimex(2)) while it is kept right; a socket that is looked at some microseconds after its packet must
    // not seem older.
    private const long LeastSlewMicroseconds = 20;
    private const int Tries = 3;

    private static readonly long s_offset = ReadOffset(10 * Tries);
    private static long s_skew;
    private static long s_skewBefore;

    /// <summary>Moves what is read of the system clock, in microseconds, as if it had been set. For tests.</summary>
    public static long WallStep { get; set; }

    /// <summary>Now.</summary>
    public static long Now => Monotonic + s_offset;

    /// <summary>
    /// How far the system clock is ahead since it was set, in microseconds, as <see cref="Refresh"/> found it; 0 where it never
    /// was.
    /// </summary>
    public static long Skew => Volatile.Read(ref s_skew);

    /// <summary>What is to be added to CLOCK_MONOTONIC (microseconds) for a time of this clock.</summary>
    public static long Offset => s_offset;

    private static long Wall => ToMicroseconds(DateTime.UtcNow) + WallStep;

    // In two steps, so that a year of nanoseconds does not overflow.
    private static long Monotonic => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e6));

    /// <summary>
    /// What the system clock is ahead of CLOCK_MONOTONIC. Between two readings the thread may lose its processor: of several tries
    /// the closest counts.
    /// </summary>
    private static long ReadOffset(int tries)
    {
        long offset = 0;
        long closest = long.MaxValue;
        for (int i = 0; i < tries; i++)
        {
            long before = Monotonic;
            long wall = Wall;
            long after = Monotonic;
            if (after - before < closest)
            {
                closest = after - before;
                offset = wall - (before + ((after - before) / 2));
            }
        }

        return offset;
    }

    /// <summary>Looks whether the system clock was set. Whoever takes over packets calls it before.</summary>
    public static void Refresh()
    {
        long skew = ReadOffset(Tries) - s_offset;
        long known = Volatile.Read(ref s_skew);
        if (Math.Abs(skew - known) is > LeastSlewMicroseconds and <= LeastStepMicroseconds)
        {
            if (Math.Abs(Volatile.Read(ref s_skewBefore) - known) <= LeastStepMicroseconds)
            {
                Volatile.Write(ref s_skewBefore, skew);
            }

            Volatile.Write(ref s_skew, skew);
        }
        else if (Math.Abs(skew - known) > LeastStepMicroseconds)
        {
            Volatile.Write(ref s_skewBefore, known);

            // Set back to where it was, it is there exactly.
            Volatile.Write(ref s_skew, Math.Abs(skew) > LeastStepMicroseconds ? skew : 0);
        }
    }

    /// <summary>
    /// A packet's time by the system clock as a time of this one. One that was stamped before the clock was set is told by its
    /// age.
    /// </summary>
    public static long FromWall(long microseconds)
    {
        (long skew, long before) = (Volatile.Read(ref s_skew), Volatile.Read(ref s_skewBefore));
        microseconds += WallStep;
        if (skew == before)
        {
            return microseconds - skew;
        }

        long now = Now;
        return Math.Abs(now - (microseconds - skew)) <= Math.Abs(now - (microseconds - before))
            ? microseconds - skew
            : microseconds - before;
    }

    /// <summary>A time of this clock by the system clock as it stands.</summary>
    public static long ToWall(long microseconds) => microseconds + Skew;

    /// <summary>A time of day as microseconds since 1970 UTC. A local time is turned into UTC.</summary>
    public static long ToMicroseconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds since 1970 UTC as a local time of day.</summary>
    public static DateTime ToLocalTime(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToLocalTime();

    /// <summary>A time of this clock as a local time of day, by the system clock as it stands.</summary>
    public static DateTime ToLocalWall(long microseconds) => ToLocalTime(ToWall(microseconds));
}
