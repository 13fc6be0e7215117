using System.Diagnostics;
using ProcNet.Linux;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// Turns CLOCK_MONOTONIC, which BPF programs read, into microseconds since 1970 UTC, in which packets and flows have their
/// times.
/// </summary>
internal readonly struct MonotonicClock
{
    private readonly long _offset;

    private MonotonicClock(long offset) => _offset = offset;

    /// <summary>The time of the machine's CLOCK_MONOTONIC now, in nanoseconds.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency)) - TimeNamespace.Monotonic;

    /// <summary>Compares both clocks as they stand.</summary>
    public static MonotonicClock Read()
    {
        // Between two readings the thread may lose its processor: of several tries the closest pair counts.
        long offset = 0;
        long closest = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = Now;
            long unix = Clock.Now;
            long after = Now;
            if (after - before < closest)
            {
                closest = after - before;
                offset = unix - (before + ((after - before) / 2)) / 1000;
            }
        }

        return new MonotonicClock(offset);
    }

    /// <summary>A moment in microseconds since 1970 UTC as CLOCK_MONOTONIC had it, in nanoseconds.</summary>
    public long ToMonotonic(long microsecondsSince1970) => (microsecondsSince1970 - _offset) * 1000;

    /// <summary>The same moment in microseconds since 1970 UTC.</summary>
    public long ToUnixMicroseconds(long nanoseconds) => nanoseconds / 1000 + _offset;
}
