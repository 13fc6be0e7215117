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
    public static long Now => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e9)) - TimeNamespace.Monotonic;

    /// <summary>
    /// The difference, which is the same for as long as the process lives: <see cref="Clock"/> goes as CLOCK_MONOTONIC
    /// does.
    /// </summary>
    public static MonotonicClock Read() => new(Clock.Offset + (TimeNamespace.Monotonic / 1000));

    /// <summary>A moment in microseconds since 1970 UTC as CLOCK_MONOTONIC had it, in nanoseconds.</summary>
    public long ToMonotonic(long microsecondsSince1970) => (microsecondsSince1970 - _offset) * 1000;

    /// <summary>The same moment in microseconds since 1970 UTC.</summary>
    public long ToUnixMicroseconds(long nanoseconds) => nanoseconds / 1000 + _offset;
}
