using System.Diagnostics;
using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>How far the samples of a host have come, and what they sum to.</summary>
internal sealed class HostClock
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_shortestSilence = TimeSpan.FromSeconds(5);

    private DateTime _begin;
    private TimeSpan _interval;
    private long _heardAt;

    /// <summary>The end of the newest sample, by the host's own clock.</summary>
    public DateTime Now { get; private set; }

    /// <summary>
    /// Over what time rates are averaged: ten seconds, or a sample where one is longer, or since the first where that is
    /// shorter.
    /// </summary>
    public TimeSpan Window
    {
        get
        {
            TimeSpan window = _interval > s_window ? _interval : s_window;
            return Now - _begin < window ? Now - _begin : window;
        }
    }

    /// <summary>How long nothing came of the host; zero where that is as it should be.</summary>
    public TimeSpan Silence
    {
        get
        {
            TimeSpan silence = Stopwatch.GetElapsedTime(_heardAt);
            return silence > s_shortestSilence && silence > 3 * _interval ? silence : TimeSpan.Zero;
        }
    }

    /// <summary>All that the host measured in the last minute.</summary>
    public RateHistory History { get; private init; } = new();

    /// <summary>All bytes since the screen was opened.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Those of them that no process could be named for.</summary>
    public long UnattributedBytes { get; private set; }

    /// <summary>Since its first sample.</summary>
    public TimeSpan Elapsed => Now - _begin;

    /// <summary>Bytes per second, on average over <see cref="Window"/>.</summary>
    public (double Sent, double Received) Rates
    {
        get
        {
            (double sent, double received) = History.BytesBetween(Now - Window, Now);
            double seconds = Window.TotalSeconds;
            return seconds > 0 ? (sent / seconds, received / seconds) : (0, 0);
        }
    }

    /// <summary>Notes a row of a sample.</summary>
    public void Hear(TrafficRow row)
    {
        (DateTime end, TimeSpan duration) = (row.Timestamp, row.Duration);
        _heardAt = Stopwatch.GetTimestamp();
        _interval = duration;
        if (_begin == default || end - duration < _begin)
        {
            _begin = end - duration;
        }

        if (end > Now)
        {
            Now = end;
        }

        if (!row.IsIdle)
        {
            History.Add(end, duration, row.SentBytes, row.ReceivedBytes);
            TotalBytes += row.TotalBytes;
            UnattributedBytes += row.IsAttributed ? 0 : row.TotalBytes;
        }
    }

    /// <summary>The same, which takes nothing more.</summary>
    public HostClock Copy() =>
        new()
        {
            _begin = _begin,
            _interval = _interval,
            _heardAt = _heardAt,
            Now = Now,
            History = History.Copy(),
            TotalBytes = TotalBytes,
            UnattributedBytes = UnattributedBytes,
        };
}
