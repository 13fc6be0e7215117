using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.EbpfOwners;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Names;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Sources;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>
/// One measurement: a source of flows, the search for their owners beside it, and the summary. Thread-safe but for
/// Dispose.
/// </summary>
internal sealed class TrafficMonitor : IDisposable
{
    // The totals of a handle are read property by property: one count serves them all.
    private static readonly TimeSpan s_statisticsLifetime = TimeSpan.FromMilliseconds(250);

    private readonly ITrafficSource _source;
    private readonly IOwnerSearch _search;
    private readonly HostAccess _host;
    private readonly Action<Notice> _notify;
    private readonly FlowRecording? _recording;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private readonly FlowExpiry? _expiry;
    private readonly RunningTotals _running = new();
    private Timer? _timer;
    private Timer? _expiryTimer;
    private Task? _closing;
    private FlowSnapshot? _final;
    private FlowSnapshot? _previous;
    private TrafficStatistics? _statistics;
    private long _statisticsAt;
    private LinkMeter? _links;
    private bool _isFiltered;
    private bool _isDisposed;
    private bool _isElsewhere;
    private TrafficNames? _learning;
    private NameLookup? _names;

    private TrafficMonitor(
        ITrafficSource source,
        HostAccess host,
        FlowRecording? recording,
        Action<Notice> notify,
        IOwnerSearch? search = null
    )
    {
        _source = source;
        _recording = recording;
        _notify = notify;
        _host = host;
        _search = search ?? new OwnerSearch(host, notify);
        _expiry = source is IExpiringSource expiring ? new FlowExpiry(expiring, _search, recording) : null;
        StartTime = DateTime.Now;
    }

    /// <summary>Ends when the measurement has ended: its duration is over, it was stopped, or its source failed. Never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What ended it before its time; null while all is well.</summary>
    public ProcNetException? Failure => _source.Failure;

    /// <summary>Why the packets are not all in the file; null where they are, or where there is none.</summary>
    public string? WriteFailure => _recording?.Recorder.Problem;

    /// <summary>Packets that were counted and are not in the file, which could not take them.</summary>
    public long PacketsNotWritten => _recording?.Recorder.NotWritten ?? 0;

    /// <summary>When counting began, local time.</summary>
    public DateTime StartTime { get; }

    /// <summary>The names of the interfaces that are measured.</summary>
    public IReadOnlyList<string> InterfaceNames => [.. _source.Interfaces.Select(captured => captured.Name)];

    /// <summary>Opens a live capture and begins to count.</summary>
    /// <param name="measurement">What to measure.</param>
    /// <param name="library">Loads libpcap.</param>
    /// <param name="host">The host.</param>
    /// <param name="notify">Takes notices, on threads of the measurement.</param>
    /// <param name="cancellation">Ends the waiting for somebody who reads a pipe.</param>
    /// <exception cref="ProcNetException">It cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static TrafficMonitor StartLive(
        LiveMeasurement measurement,
        Func<ICaptureLibrary> library,
        HostAccess host,
        Action<Notice> notify,
        CancellationToken cancellation = default
    )
    {
        // The kernel looks through the feed's programs for a tenth of a second.
        Task<OwnerSearch> preparing = Task.Run(() => OwnerSearch.WithFeed(host, host.StartOwnerFeed, notify), CancellationToken.None);
        SavefileSeries? files = null;
        FlowRecording? recording = null;
        ITrafficSource? source = null;
        Task starting = Task.CompletedTask;
        TrafficNames? learning = measurement.ResolvesNames ? new TrafficNames(isLive: true) : null;
        try
        {
            ICaptureLibrary capturing = library();
            IReadOnlyList<LinkInterface> interfaces =
                measurement.Interfaces.Count > 0 ? measurement.Interfaces : CaptureSelection.Select(host.ReadLinks());
            if (interfaces.Count == 0)
            {
                throw new ProcNetException(ProcNetError.NoInterface, "No network interface is up.", "Bring one up: ip link set lo up.");
            }

            if (measurement.Filter is not null)
            {
                // Before a file is made or anything is opened.
                capturing.CompileFilter(measurement.Filter, LinkLayer.Ethernet).Dispose();
            }

            files = measurement.Path is null ? null : OpenFiles(measurement, cancellation);
            OwnerSearch search = preparing.GetAwaiter().GetResult();

            // It looks round while the capture is opened, and has to have done so before the counting begins.
            starting = Task.Run(search.Start, CancellationToken.None);
            recording = files is null ? null : new FlowRecording(files, measurement, search, host.OpenProcessTable(), notify);
            source = capturing.OpenLive(
                new LiveCaptureOptions
                {
                    Interfaces = interfaces,
                    Follow = Following(measurement.Interfaces),
                    Filter = measurement.Filter,
                    NetworkNamespacePath = host.NetworkNamespacePath,
                    Recorder = recording?.Recorder,
                    TellAtOnce = search.IsInHurry,
                    SkipUnusable = measurement.Interfaces.Count == 0,
                    Payloads = learning,
                    SnapLength =
                        recording is not null ? measurement.SnapLength ?? LiveCaptureOptions.FullSnapLength
                        : learning is not null ? LiveCaptureOptions.NameSnapLength
                        : LiveCaptureOptions.HeaderSnapLength,
                }
            );
            starting.GetAwaiter().GetResult();
            var monitor = new TrafficMonitor(source, host, recording, notify, search) { _isFiltered = measurement.Filter is not null };
            monitor.Name(learning, isThisHost: true);
            recording?.Start(source);
            monitor.Begin(measurement.Duration);
            return monitor;
        }
        catch
        {
            source?.Dispose();
            Discard(preparing, starting);
            learning?.Dispose();
            if (recording is not null)
            {
                recording.Abandon();
            }
            else
            {
                files?.Writer.Abandon();
            }

            throw;
        }
    }

    /// <summary>Ends a search that was not needed. Why it could not be prepared is of no interest: what else failed is told.</summary>
    private static void Discard(Task<OwnerSearch> preparing, Task starting)
    {
        ((IAsyncResult)preparing).AsyncWaitHandle.WaitOne();
        ((IAsyncResult)starting).AsyncWaitHandle.WaitOne();
        if (preparing.IsCompletedSuccessfully)
        {
            preparing.Result.Dispose();
        }
    }

    /// <summary>What is captured of interfaces that come after the start: those of the names given, or what would be chosen then.</summary>
    private static Func<IReadOnlyList<LinkInterface>, IEnumerable<LinkInterface>> Following(IReadOnlyList<LinkInterface> named)
    {
        if (named.Count == 0)
        {
            return CaptureSelection.Select;
        }

        HashSet<string> names = [.. named.Select(link => link.Name)];
        return links => links.Where(link => link.IsUp && names.Contains(link.Name));
    }

    /// <summary>Has the kernel count at every socket, and begins.</summary>
    /// <param name="duration">When to stop by itself; null to run until it is stopped.</param>
    /// <param name="host">The host.</param>
    /// <param name="notify">Takes notices, on threads of the measurement.</param>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.KernelFeedUnavailable"/>.</exception>
    public static TrafficMonitor StartKernel(TimeSpan? duration, HostAccess host, Action<Notice> notify)
    {
        EbpfMeasurement kernel = host.OpenKernelFeed();
        try
        {
            kernel.Owners.Start();
            var monitor = new TrafficMonitor(kernel.Source, host, null, notify, kernel.Owners);
            monitor.Begin(duration);
            return monitor;
        }
        catch
        {
            kernel.Source.Dispose();
            kernel.Owners.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Counts a savefile and returns when it is read. Owners are those that the file names; see <see cref="SavefileMeasurement"/>
    /// for the others.
    /// </summary>
    /// <param name="measurement">What to read.</param>
    /// <param name="library">Asked for libpcap where the filter or the link type needs it.</param>
    /// <param name="host">The host; not asked unless it is the file's.</param>
    /// <param name="notify">Takes notices, on threads of the measurement.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProcNetException">The file cannot be read or is not a capture.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static TrafficMonitor ReadSavefile(
        SavefileMeasurement measurement,
        Func<ICaptureLibrary> library,
        HostAccess host,
        Action<Notice> notify,
        CancellationToken cancellation
    )
    {
        TrafficNames? learning = measurement.ResolvesNames ? new TrafficNames(isLive: false) : null;
        var source = new SavefileSource(measurement.Path, measurement.Filter, library, payloads: learning, cancellation: cancellation);
        HashSet<AddressValue> local = [.. measurement.LocalAddresses];
        Func<SavefileAttributor> file = () => new SavefileAttributor(source.Owners, local);
        SavefileOwnerSearch search = measurement.IsThisHost
            ? new SavefileOwnerSearch(file, new OwnerSearch(host, notify))
            : new SavefileOwnerSearch(
                file,
                (snapshot, token) =>
                    new SavedSockets(
                        measurement.Connections,
                        measurement.Sockets,
                        local.Count > 0 ? local : source.Owners.LocalAddresses
                    ).Attribute(snapshot, token)
            );
        var monitor = new TrafficMonitor(source, host, null, notify, search) { _isElsewhere = !measurement.IsThisHost };
        monitor.Name(learning, measurement.IsThisHost);
        try
        {
            search.Start();
            monitor.Begin(null);
            monitor.Completion.Wait(cancellation);
            return source.Failure is { } failure ? throw failure : monitor;
        }
        catch
        {
            monitor.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Everything since the start, joined with all that is known by now: what had passed before this call is in it. Looks once more for
    /// owners that are missing.
    /// </summary>
    /// <param name="cancellation">Ends the waiting for packets and owners.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public TrafficReport Report(CancellationToken cancellation = default)
    {
        if (_final is null && _source.Lag > TimeSpan.Zero)
        {
            cancellation.WaitHandle.WaitOne(_source.Lag);
            cancellation.ThrowIfCancellationRequested();
        }

        lock (_gate)
        {
            FlowSnapshot snapshot = Snapshot();
            return MakeReport(snapshot, WithExpired(_search.ResolveOwners(snapshot, cancellation)), null, cancellation);
        }
    }

    /// <summary>What came since the last call of this method (or the start).</summary>
    /// <param name="cancellation">Ends the waiting for owners.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public TrafficReport ReportInterval(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            FlowSnapshot snapshot = Snapshot();
            FlowSnapshot interval = _previous is null ? snapshot : snapshot.Since(_previous);

            // What is expired after a report has had no packet since: only the first interval may lack some.
            bool isFirst = _previous is null;
            _previous = snapshot;
            List<AttributedFlow> flows = _search.ResolveOwners(interval, cancellation);
            return MakeReport(interval, isFirst ? WithExpired(flows) : flows, _running, cancellation);
        }
    }

    /// <summary>
    /// Asks the interfaces for their own counters, which a measurement can be held against: what they counted since the call before, less
    /// the link headers. Null at the first call, which begins it, and where they cannot be compared. For one thread.
    /// </summary>
    public LinkTraffic? ReadLinks()
    {
        if (_isFiltered)
        {
            return null;
        }

        if (_links is null)
        {
            _links = new LinkMeter(_host.ReadLinkCounters);
            return null;
        }

        // The kernel feed counts at sockets, whatever interface they use.
        return _links.Advance(_source.Kind == TrafficSourceKind.Kernel ? null : InterfaceNames);
    }

    /// <summary>How many sockets are remembered; for the soak.</summary>
    internal int KnownSockets => _search.KnownSockets;

    /// <summary>What was counted by now. Costs next to nothing.</summary>
    public TrafficTotals Counted => _final is { } final ? new TrafficTotals(final.Packets, final.Bytes) : _source.Totals;

    /// <summary>The totals by now, without a search for owners.</summary>
    public TrafficStatistics GetStatistics()
    {
        lock (_gate)
        {
            if (_statistics is not null && Clock.Now - _statisticsAt < s_statisticsLifetime.TotalMicroseconds)
            {
                return _statistics;
            }

            FlowSnapshot snapshot = Snapshot();
            _statistics = new TrafficSummary(snapshot, WithExpired(_search.Attribute(snapshot)), _source.Kind).Summarize();
            _statisticsAt = Clock.Now;
            return _statistics;
        }
    }

    /// <summary>Ends counting and looks for the last owners. Idempotent.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_final is null)
            {
                FlowSnapshot final = End();
                try
                {
                    List<AttributedFlow> flows = _search.ResolveOwners(final, _cancel.Token);
                    _recording?.Complete(flows);
                    NotifyOfLosses(final, flows);
                }
                finally
                {
                    Close();
                }
            }
        }
    }

    /// <summary>
    /// Has the search for owners end soon, on any thread: nobody asks for the rows any more. The monitor is to be
    /// disposed.
    /// </summary>
    public void Cancel()
    {
        _cancel.Cancel();
        _search.Cancel();
    }

    /// <summary>Frees everything. One that was not stopped before ends at once: nobody asks for its last owners any more.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Cancel();
        lock (_gate)
        {
            if (_final is null)
            {
                FlowSnapshot final = End();
                _recording?.Complete(_search.Attribute(final));
                Close();
            }
        }

        if (_closing is { } closing)
        {
            closing.Wait();
        }
        else
        {
            Free();
        }
    }

    private void Begin(TimeSpan? duration)
    {
        try
        {
            _source.Start(_search.Observer, _notify);
            _search.OnSourceStarted();
        }
        catch
        {
            _search.Dispose();
            throw;
        }

        if (duration is TimeSpan limit)
        {
            _timer = new Timer(_ => Unattended(Stop), null, limit, Timeout.InfiniteTimeSpan);
        }

        if (_expiry is not null)
        {
            _expiryTimer = new Timer(_ => Unattended(ExpireIfNeeded), null, FlowExpiry.Interval, FlowExpiry.Interval);
        }

        _source.Completion.ContinueWith(_ => Unattended(Stop), TaskScheduler.Default);
    }

    /// <summary>Does what nobody waits for: unhandled on a timer's thread a failure would end the whole PowerShell process.</summary>
    private void Unattended(Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            // Nobody asks for the rows any more.
        }
        catch (Exception e)
        {
            _notify(new Notice(NoticeKind.OwnerSearchFailed, $"Not all owners could be resolved: {e.Message}"));
        }
    }

    /// <summary>Ends counting. The caller holds the lock.</summary>
    private FlowSnapshot End()
    {
        _timer?.Dispose();
        _expiryTimer?.Dispose();
        _source.Stop();
        return _final = _source.Snapshot();
    }

    private void Close()
    {
        _search.Stop();

        // Closing packet sockets takes the kernel a while, and nobody waits for it here. A measurement that ended by itself must not keep
        // them.
        _closing = Task.Run(Free);
        _recording?.Dispose();
        _statistics = null;
        _completion.TrySetResult();
    }

    /// <summary>Frees what is open. What was counted and what is known of owners stay.</summary>
    private void Free()
    {
        _source.Dispose();
        _search.Dispose();
        _learning?.Dispose();
    }

    /// <summary>Has the rows say the names of remote ends.</summary>
    private void Name(TrafficNames? learning, bool isThisHost)
    {
        if (learning is null)
        {
            return;
        }

        _learning = learning;
        HostNames names = _host.ReadNames();
        _names = new NameLookup(learning.Register, isThisHost ? names.Hosts : [], names.Services, names.NetworkNamespace);
    }

    private List<AttributedFlow> WithExpired(List<AttributedFlow> flows)
    {
        // Their rows are large and many: nothing is copied.
        flows.AddRange(_expiry?.Totals.Rows ?? []);
        return flows;
    }

    private void ExpireIfNeeded()
    {
        lock (_gate)
        {
            if (_final is null && _expiry!.IsNeeded(_previous))
            {
                _previous = _expiry.Run(_previous);
            }
        }
    }

    private FlowSnapshot Snapshot() => _final ?? _source.Snapshot();

    private TrafficReport MakeReport(
        FlowSnapshot snapshot,
        List<AttributedFlow> flows,
        RunningTotals? running,
        CancellationToken cancellation
    )
    {
        _names?.Learn(flows);
        var summary = new TrafficSummary(snapshot, flows, _source.Kind, running, _names, cancellation);
        return new TrafficReport(() => SumProcesses(summary), summary);
    }

    private List<ProcessTraffic> SumProcesses(TrafficSummary summary)
    {
        if (_isElsewhere)
        {
            // Processes of another machine, or of another time: nobody here knows whether they run.
            return summary.SumProcesses(static _ => null);
        }

        // Opened for this: rows may be asked for long after the measurement was disposed of.
        using IProcessTable processes = _host.OpenProcessTable();
        return summary.SumProcesses(key => processes.ReadKey(key.Id) == key);
    }

    private static SavefileSeries OpenFiles(LiveMeasurement measurement, CancellationToken cancellation) =>
        new(
            new RecordingOptions
            {
                Path = measurement.Path!,
                Overwrite = measurement.Overwrite,
                Filter = measurement.Filter,
                RotateSize = measurement.RotateSize,
                RotateInterval = measurement.RotateInterval,
                FileCount = measurement.FileCount,
            },
            cancellation
        );

    private void NotifyOfLosses(FlowSnapshot snapshot, List<AttributedFlow> flows)
    {
        if (snapshot.DroppedPackets > 0)
        {
            _notify(
                new Notice(
                    NoticeKind.PacketsDropped,
                    $"The kernel dropped {snapshot.DroppedPackets} packets before they could be counted: the rows lack their bytes."
                )
            );
        }

        if (_source.Kind != TrafficSourceKind.Kernel && flows.Exists(flow => flow.Match.Category == TrafficCategory.TableFull))
        {
            _notify(
                new Notice(
                    NoticeKind.TableFull,
                    snapshot.IsOffline
                        ? "More conversations than there is memory for: what came later is counted in one row (TableFull). A filter lets in fewer."
                        : "More conversations at once than the flow table holds: what came later is counted in one row (TableFull)."
                )
            );
        }

        // Only where it matters: a socket was seen and its holder was not.
        if (flows.Exists(flow => flow.Match.Category == TrafficCategory.NoHolder))
        {
            UnreadableProcesses.Notify(_search.UnreadableProcesses, _notify);
        }

        if (_search.Failure is { } failure)
        {
            _notify(new Notice(NoticeKind.OwnerSearchFailed, $"The search for owners broke off: {failure.Message}"));
        }
    }
}
