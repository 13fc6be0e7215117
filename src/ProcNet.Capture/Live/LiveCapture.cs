using ProcNet.Capture.Triggers;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Sources;

namespace ProcNet.Capture.Live;

/// <summary>
/// Counts the packets of live interfaces. One thread serves all of them (<see cref="CaptureLoop"/>); another hears of new
/// conversations at once (<see cref="TriggerLoop"/>).
/// </summary>
internal sealed class LiveCapture : IExpiringSource, IRecordableSource
{
    private readonly List<CapturedInterface> _interfaces;
    private readonly List<Trigger> _triggers;
    private readonly LiveCaptureOptions _options;
    private readonly Func<LinkInterface, Lock, (CapturedInterface Captured, Trigger? Trigger)> _openLater;
    private InterfaceFollower? _follower;
    private readonly PacketConsumer _consumer;
    private readonly IReadOnlyList<Notice> _earlyNotices;
    private readonly Lock _gate = new();
    private readonly WakeEvent _stop = new();
    private readonly CaptureLoop _loop;
    private readonly TriggerLoop _triggerLoop;
    private bool _isStarted;
    private bool _isDisposed;
    private FlowSnapshot? _final;
    private long _startedAt;

    /// <summary>Makes a capture of open interfaces.</summary>
    /// <param name="interfaces">The interfaces, from now on this capture's own.</param>
    /// <param name="triggers">Their trigger handles, likewise.</param>
    /// <param name="consumer">Where the packets go.</param>
    /// <param name="ringBytes">How large each interface's ring is.</param>
    /// <param name="options">How it was opened.</param>
    /// <param name="earlyNotices">What is to be told of at the start.</param>
    /// <param name="openLater">Opens an interface that comes after the start, and makes it known to the counting under the lock
    /// given.</param>
    public LiveCapture(
        CapturedInterface[] interfaces,
        Trigger[] triggers,
        PacketConsumer consumer,
        int ringBytes,
        LiveCaptureOptions options,
        IReadOnlyList<Notice> earlyNotices,
        Func<LinkInterface, Lock, (CapturedInterface Captured, Trigger? Trigger)> openLater
    )
    {
        _interfaces = [.. interfaces];
        _triggers = [.. triggers];
        _options = options;
        _openLater = openLater;
        _consumer = consumer;
        _earlyNotices = earlyNotices;
        CaptureLoop? loop = null;
        try
        {
            _loop = loop = new CaptureLoop(interfaces, consumer, _gate, RingSizes.PaceMilliseconds(ringBytes), _stop);
            _triggerLoop = new TriggerLoop(triggers, options.Filter, _stop);
        }
        catch
        {
            loop?.Dispose();
            _stop.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TrafficSourceKind Kind => TrafficSourceKind.Capture;

    /// <inheritdoc/>
    public IReadOnlyList<TrafficInterface> Interfaces
    {
        get
        {
            lock (_gate)
            {
                return _consumer.Meter.Interfaces;
            }
        }
    }

    /// <inheritdoc/>
    public Task Completion => _loop.Completion;

    /// <inheritdoc/>
    public ProcNetException? Failure => _loop.Failure;

    /// <summary>Managed bytes that the counting thread has allocated since it was warm; for tests.</summary>
    internal long AllocatedBytes => _loop.AllocatedBytes;

    /// <inheritdoc/>
    public void Start(INewFlowObserver? observer, Action<Notice> notify)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_isStarted)
            {
                throw new InvalidOperationException("The capture was started before.");
            }

            _isStarted = true;
            _startedAt = Clock.Now;
            _consumer.IgnoreBefore = _startedAt;
            _consumer.Meter.Observer = observer;
            _consumer.Meter.IsLive = true;
            foreach (CapturedInterface captured in _interfaces)
            {
                captured.Begin();
            }

            if (observer is not null && _triggers.Count > 0)
            {
                _triggerLoop.Start(observer, notify);
            }

            _loop.Start(_startedAt, notify);
        }

        foreach (Notice notice in _earlyNotices)
        {
            notify(notice);
        }

        if (_options.Follow is not null)
        {
            _follower = InterfaceFollower.TryStart(_options, _interfaces, AddLate, notify);
        }
    }

    /// <summary>Captures on an interface that came after the start.</summary>
    /// <exception cref="ProcNetException">It cannot be captured.</exception>
    private CapturedInterface AddLate(LinkInterface link)
    {
        (CapturedInterface captured, Trigger? trigger) = _openLater(link, _gate);
        lock (_gate)
        {
            if (_interfaces.Contains(captured))
            {
                // It shares the handle of the others.
                return captured;
            }

            captured.Begin();
            _interfaces.Add(captured);
        }

        _loop.Add(captured);
        if (trigger is not null)
        {
            captured.TriggerHandle = trigger.Handle;
            _triggerLoop.Add(trigger);
        }

        return captured;
    }

    /// <inheritdoc/>
    public TimeSpan Lag => TimeSpan.FromMilliseconds(CaptureLoop.DrainMilliseconds);

    /// <inheritdoc/>
    public TrafficTotals Totals
    {
        get
        {
            lock (_gate)
            {
                ServeWaiting();
                return _consumer.Meter.Totals;
            }
        }
    }

    /// <summary>
    /// Copies the counters after counting what the kernel has handed over. What it has not is at most
    /// <see cref="RingSizes.BlockTimeoutMilliseconds"/> old (and a few more on kernels before 6.18, whose timer ticks).
    /// </summary>
    public FlowSnapshot Snapshot()
    {
        lock (_gate)
        {
            if (_final is not null)
            {
                return _final;
            }

            ServeWaiting();
            return Copy();
        }
    }

    /// <inheritdoc/>
    public FlowSnapshot SnapshotOf(IReadOnlyList<int> numbers)
    {
        lock (_gate)
        {
            return _consumer.Meter.SnapshotOf(numbers, _startedAt, Clock.Now);
        }
    }

    /// <inheritdoc/>
    public double Fullness
    {
        get
        {
            lock (_gate)
            {
                return _consumer.Meter.Fullness;
            }
        }
    }

    /// <inheritdoc/>
    public ExpiredFlows Expire(long idleSince, long closedSince)
    {
        lock (_gate)
        {
            // Final counters stay as they are.
            return _final is null
                ? _consumer.Meter.Expire(idleSince, closedSince, _startedAt)
                : throw new InvalidOperationException("The capture has ended.");
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_gate)
        {
            if (!_isStarted)
            {
                // Never started, never will be: Completion must not be waited for in vain.
                _isStarted = true;
                _startedAt = Clock.Now;
                _loop.CompleteUnstarted();
            }
        }

        // It may be at opening another one: no more come after this.
        _follower?.Dispose();
        _stop.Signal();
        _triggerLoop.Join();
        _loop.Join();
        lock (_gate)
        {
            if (_loop.Completion.IsCompleted)
            {
                _final ??= Copy();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        if (_loop.IsCurrentThread)
        {
            // A notice's taker disposes the capture: its thread cannot wait for its own end.
            _stop.Signal();
            _loop.Completion.ContinueWith(_ => Close(), TaskScheduler.Default);
            return;
        }

        Close();
    }

    private void Close()
    {
        Stop();
        ParallelClose.All([.. _interfaces, .. _triggers.Select(trigger => trigger.Handle)]);
        _loop.Dispose();
        _triggerLoop.Dispose();
        _stop.Dispose();
    }

    private void ServeWaiting()
    {
        if (_isStarted && _loop.EndedAt is null)
        {
            _loop.ServeAll();
        }
    }

    private FlowSnapshot Copy()
    {
        long dropped = 0;
        long droppedByInterface = 0;
        foreach (CapturedInterface captured in _interfaces)
        {
            captured.RefreshStatistics();
            dropped += captured.Dropped;
            droppedByInterface += captured.DroppedByInterface;
        }

        return _consumer.Meter.Snapshot(_startedAt, _loop.EndedAt ?? Clock.Now, dropped, droppedByInterface);
    }
}
