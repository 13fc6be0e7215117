using ProcNet.Traffic;

namespace ProcNet.Monitoring;

/// <summary>One measurement: a source of flows, the search for their owners beside it, and the books. Thread-safe but for Dispose.</summary>
internal sealed class TrafficMonitor : IDisposable
{
    /// <summary>Ends when the measurement has ended: its duration is over, it was stopped, or its source failed. Never faults.</summary>
    public Task Completion { get; } = Task.CompletedTask;

    /// <summary>What ended it before its time; null while all is well.</summary>
    public ProcNetException? Failure { get; private set; }

    /// <summary>When counting began, local time.</summary>
    public DateTime StartTime { get; private set; }

    /// <summary>The names of the interfaces that are measured.</summary>
    public IReadOnlyList<string> InterfaceNames { get; } = [];

    /// <summary>Opens a live capture and begins to count.</summary>
    /// <exception cref="ProcNetException">It cannot be opened.</exception>
    public static TrafficMonitor StartLive(LiveMeasurement measurement, ICaptureLibrary library, Action<Notice> notify) =>
        throw new NotSupportedException($"{measurement} {library} {notify}");

    /// <summary>Counts a savefile and returns when it is read. Owners are searched among the sockets of now.</summary>
    /// <param name="path">The file.</param>
    /// <param name="filter">A filter expression; null for everything.</param>
    /// <param name="library">Asked for libpcap where the filter or the link type needs it.</param>
    /// <param name="notify">Takes notices.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProcNetException">The file cannot be read or is not a capture.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static TrafficMonitor ReadSavefile(
        string path, string? filter, Func<ICaptureLibrary> library, Action<Notice> notify, CancellationToken cancellation) =>
        throw new NotSupportedException($"{path} {filter} {library} {notify} {cancellation}");

    /// <summary>Everything since the start, joined with all that is known by now. Looks once more for owners that are missing.</summary>
    public TrafficReport Report() => throw new NotSupportedException($"{StartTime}");

    /// <summary>What came since the last call of this method (or the start).</summary>
    public TrafficReport ReportInterval() => throw new NotSupportedException($"{StartTime}");

    /// <summary>The totals by now, without a search for owners.</summary>
    public TrafficStatistics GetStatistics() => throw new NotSupportedException($"{StartTime}");

    /// <summary>Ends counting and looks for the last owners. Idempotent.</summary>
    public void Stop() => Failure = null;

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
