using ProcNet.Monitoring;

namespace ProcNet;

/// <summary>A capture that runs in the background, or has run. Its numbers are live.</summary>
public sealed class TrafficCapture : IDisposable, IComparable
{
    private static int s_lastId;

    internal TrafficCapture(TrafficMonitor monitor, LiveMeasurement measurement, NoticeLog? notices = null)
    {
        Monitor = monitor;
        Notices = notices ?? new NoticeLog();
        Id = Interlocked.Increment(ref s_lastId);
        Interface = string.Join(' ', monitor.InterfaceNames);
        Filter = measurement.Filter;
        Path = measurement.Path;
        RequestedDuration = measurement.Duration;
    }

    /// <summary>A number that names the capture in this PowerShell process.</summary>
    public int Id { get; }

    /// <summary>What it does now.</summary>
    public TrafficCaptureState State =>
        Monitor.Failure is not null ? TrafficCaptureState.Failed
        : Monitor.Completion.IsCompleted ? TrafficCaptureState.Stopped
        : TrafficCaptureState.Running;

    /// <summary>The names of the interfaces, with blanks between.</summary>
    public string Interface { get; }

    /// <summary>The filter expression; null for everything.</summary>
    public string? Filter { get; }

    /// <summary>The file that the packets are written to; null where none are kept.</summary>
    public string? Path { get; }

    /// <summary>When it stops by itself; null where it runs until it is stopped.</summary>
    public TimeSpan? RequestedDuration { get; }

    /// <summary>When counting began, local time.</summary>
    public DateTime StartTime => Monitor.StartTime;

    /// <summary>How long it has counted.</summary>
    public TimeSpan Duration => Statistics.Duration;

    /// <summary>Packets counted.</summary>
    public long Packets => Monitor.Counted.Packets;

    /// <summary>Bytes counted, from the first byte of the IP header.</summary>
    public long Bytes => Monitor.Counted.Bytes;

    /// <summary>Packets that the kernel dropped before they could be counted.</summary>
    public long DroppedPackets => Statistics.DroppedPackets;

    /// <summary>Packets that the interfaces dropped.</summary>
    public long InterfaceDroppedPackets => Statistics.InterfaceDroppedPackets;

    /// <summary>All totals by now.</summary>
    public TrafficStatistics Statistics => Monitor.GetStatistics();

    /// <summary>Why it failed, or why its file is not whole; null where all is well.</summary>
    public string? FailureReason => Monitor.Failure?.Message ?? Monitor.WriteFailure;

    internal TrafficMonitor Monitor { get; }

    /// <summary>What the measurement had to say while no cmdlet was there to show it; the next one that uses the capture does.</summary>
    internal NoticeLog Notices { get; }

    /// <summary>Ends the capture and frees what it holds; what it counted stays readable.</summary>
    public void Dispose()
    {
        Monitor.Stop();
        Monitor.Dispose();
    }

    /// <summary>Orders by <see cref="Id"/>: what Sort-Object and Compare-Object go by.</summary>
    /// <param name="obj">Another capture, or null, which comes first.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public int CompareTo(object? obj) => RowOrder.Compare(this, obj, static capture => capture.Id);

    /// <inheritdoc/>
    public override string ToString() => $"capture {Id} on {Interface} ({State})";
}
