using ProcNet.Flows;
using ProcNet.Linux;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// Counters per socket end, kept by BPF programs in the kernel, with the process that used the socket. Every network namespace
/// and container is in it. Its snapshots have <see cref="FlowSnapshot.Sockets"/>.
/// </summary>
internal sealed class EbpfSource : IExpiringSource
{
    /// <summary>The name of the one interface that the rows show: sockets, not interfaces, are counted.</summary>
    public const string InterfaceName = "(all)";

    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    // In a flood of new conversations the kernel's table would be full between two readings.
    private static readonly TimeSpan s_busyInterval = TimeSpan.FromMilliseconds(100);

    // Silent entries are removed from the kernel; the sooner the fuller its table (of 131,072) is. One that speaks again is made anew.
    private const int Many = 32768;

    /// <summary>With more entries than this those of few packets are summed.</summary>
    public const int RoomAbove = FlowTable.DefaultCapacity / 4 * 3;

    /// <summary>Beside a capture, which counts: more entries than this of few packets need not be kept.</summary>
    public const int RoomAboveBesideCapture = FlowTable.DefaultCapacity / 4;
    private const long LongSilence = 10 * Second;
    private const long ShortSilence = Second / 4;

    // An idle host's counters are read this often by themselves, and sooner where so many are new. Who the processes are is asked at once.
    private static readonly TimeSpan s_idleInterval = TimeSpan.FromSeconds(5);
    private const int ManyNew = 1024;

    private const long FloodMilliseconds = 10_000;

    private readonly int _roomAbove;
    private readonly EbpfPrograms _programs;
    private readonly IFeedObserver _observer;
    private readonly FeedTable _table = new();
    private readonly List<FeedFlowKey> _silent = [];
    private readonly List<FeedFlowKey> _homeless = [];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private Action<Notice>? _notify;
    private MonotonicClock _clock;
    private FeedLosses _losses;
    private FeedAdditions _taken;
    private long _flowsAtReading;
    private long _flowsReadAt;
    private FlowSnapshot? _final;
    private long _startedAt;
    private bool _isStarted;
    private bool _isDisposed;
    private bool _notifiedFull;
    private volatile bool _isBusy;
    private long _floodedAt = -FloodMilliseconds;

    /// <summary>Takes loaded programs, which it owns from now on.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="observer">Is told of processes and first users.</param>
    /// <param name="roomAbove">With so many entries those of few packets are summed.</param>
    public EbpfSource(EbpfPrograms programs, IFeedObserver observer, int roomAbove = RoomAbove)
    {
        _roomAbove = roomAbove;
        _programs = programs;
        _observer = observer;
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet kernel feed" };
    }

    /// <inheritdoc/>
    public TrafficSourceKind Kind => TrafficSourceKind.Kernel;

    /// <inheritdoc/>
    public IReadOnlyList<TrafficInterface> Interfaces { get; } =
    [
        new TrafficInterface
        {
            Slot = 0,
            Name = InterfaceName,
            LinkLayer = LinkLayer.Raw,
        },
    ];

    /// <inheritdoc/>
    public Task Completion => _completion.Task;

    /// <inheritdoc/>
    public ProcNetException? Failure { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.KernelFeedUnavailable"/>: the programs cannot be attached.</exception>
    public void Start(INewFlowObserver? observer, Action<Notice> notify)
    {
        _notify = notify;
        _clock = MonotonicClock.Read();
        _startedAt = _clock.ToUnixMicroseconds(MonotonicClock.Now);
        _programs.Attach();
        ResourceShortage.StartThread(_thread);
        _isStarted = true;
    }

    /// <inheritdoc/>
    public TrafficTotals Totals
    {
        get
        {
            lock (_gate)
            {
                if (_final is null && _isStarted && Environment.TickCount64 - _flowsReadAt > s_interval.TotalMilliseconds)
                {
                    Poll();
                }

                return _table.SumUp(_losses);
            }
        }
    }

    /// <inheritdoc/>
    public FlowSnapshot Snapshot()
    {
        lock (_gate)
        {
            return _final ?? Read();
        }
    }

    /// <summary>Whether conversations of few packets had to make room within the last seconds.</summary>
    public bool IsFlooded => Environment.TickCount64 - Volatile.Read(ref _floodedAt) < FloodMilliseconds;

    /// <summary>Takes out what had no packet since a time (in microseconds since 1970 UTC) and is told of already.</summary>
    public void Drop(long silentSince)
    {
        lock (_gate)
        {
            if (_final is null)
            {
                Poll();
                _table.DropSilent(_clock.ToMonotonic(silentSince));
            }
        }
    }

    /// <summary>
    /// Copies the counters of what had a packet since a time, and of listeners, to which the beginnings of connections
    /// belong.
    /// </summary>
    /// <param name="since">In microseconds since 1970 UTC.</param>
    /// <param name="leavesFew">Leaves out those of few packets too.</param>
    public FlowSnapshot SnapshotSince(long since, bool leavesFew)
    {
        lock (_gate)
        {
            if (_final is not null)
            {
                return _final;
            }

            if (_isStarted)
            {
                Poll();
            }

            return _table.Copy(_losses, Interfaces, _startedAt, _clock.ToUnixMicroseconds(MonotonicClock.Now), since, leavesFew);
        }
    }

    /// <inheritdoc/>
    public double Fullness
    {
        get
        {
            lock (_gate)
            {
                return _table.Fullness;
            }
        }
    }

    /// <inheritdoc/>
    public ExpiredFlows Expire(long idleSince, long closedSince)
    {
        lock (_gate)
        {
            if (_final is not null)
            {
                throw new InvalidOperationException("The measurement has ended.");
            }

            // The feed does not see what closes; one that speaks again is a new entry of the same owner, so the sooner of both does.
            Poll();
            return _table.ExpireSilent(
                _clock.ToMonotonic(closedSince),
                Interfaces,
                _startedAt,
                _clock.ToUnixMicroseconds(MonotonicClock.Now)
            );
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stop.Set();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        lock (_gate)
        {
            if (_final is null)
            {
                _final = Read();
                _programs.Dispose();
                _completion.TrySetResult();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Stop();
            _stop.Dispose();
        }
    }

    private void Run()
    {
        ThreadUrgency.TryRaiseCounting();
        while (!_stop.Wait(_isBusy ? s_busyInterval : s_interval))
        {
            lock (_gate)
            {
                if (_final is null)
                {
                    Poll(onlyIfNeeded: true);
                }
            }
        }
    }

    private FlowSnapshot Read()
    {
        if (_isStarted)
        {
            Poll();
        }

        long takenAt = _clock.ToUnixMicroseconds(MonotonicClock.Now);
        return _table.Copy(_losses, Interfaces, _startedAt, takenAt);
    }

    /// <summary>Takes what is new of processes, and reads the counters.</summary>
    /// <param name="onlyIfNeeded">Leaves the counters where few are new: to walk a map costs its whole length.</param>
    private void Poll(bool onlyIfNeeded = false)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            FeedAdditions made = _programs.ReadAdditions();
            _table.Clock = _clock = MonotonicClock.Read();
            bool areFlowsNeeded =
                !onlyIfNeeded
                || _isBusy
                || made.Flows - _flowsAtReading >= ManyNew
                || Environment.TickCount64 - _flowsReadAt >= s_idleInterval.TotalMilliseconds;
            if (areFlowsNeeded)
            {
                ReadFlows();
                _flowsAtReading = made.Flows;
                _flowsReadAt = Environment.TickCount64;
            }

            if (!onlyIfNeeded || made.FirstUsers != _taken.FirstUsers)
            {
                _programs.FirstUsers.Take((in ulong cookie, in FeedFirstUser first) => _observer.OnFirstUser(cookie, first));
            }

            if (!onlyIfNeeded || made.Processes != _taken.Processes)
            {
                _programs.Processes.Take(
                    (in EbpfProcess process, in FeedProcess description) =>
                        _observer.OnProcess(process, description, ExecutableOf(process) ?? ExecutableOf(description.Parent))
                );
            }

            _taken = made;
            _losses = _programs.ReadLosses();
            NotifyOfLosses();
        }
        catch (Exception failure)
        {
            // Whatever it is: unhandled on the feed's own thread it would end the whole PowerShell process.
            Failure = new ProcNetException(
                ProcNetError.CaptureFailed,
                $"The kernel feed broke off: {failure.Message.TrimEnd('.')}.",
                "Measure again, or with -Source Capture.",
                null,
                failure
            );
            _completion.TrySetResult();
        }
    }

    /// <summary>What a process ran at its last execve since the feed began; of one that only forked, its parent's is the same.</summary>
    private string? ExecutableOf(EbpfProcess process) =>
        _programs.Executables.TryGet(process, out FeedExecutable executable) ? executable.Path : null;

    /// <summary>What waited for a neighbour has left where it was found since.</summary>
    private FeedFlow Settled(in FeedFlow flow)
    {
        FeedFlow settled = flow;
        if (flow.HeldPackets > 0 && _programs.Neighbours.TryGet(flow.HeldFor, out ulong foundAt) && foundAt >= flow.HeldAt)
        {
            settled.Settle();
        }

        return settled;
    }

    private void ReadFlows()
    {
        if (_table.Count >= _roomAbove)
        {
            _table.MakeRoom();
            _floodedAt = Environment.TickCount64;
        }

        long now = MonotonicClock.Now;
        int count = _programs.Flows.Read(
            (in FeedFlowKey key, in FeedFlow flow) =>
            {
                if (!_table.Record(key, Settled(flow)))
                {
                    _homeless.Add(key);
                }
                else if (now - flow.LastSeen > ShortSilence && flow.HeldPackets == 0)
                {
                    _silent.Add(key);
                }
            }
        );

        _isBusy = count > Many;
        long silence = _isBusy ? ShortSilence : LongSilence;
        foreach (FeedFlowKey key in _silent)
        {
            if ((silence == ShortSilence || _table.IsSilent(key, now - silence)) && _programs.Flows.TryTake(key, out FeedFlow last))
            {
                _table.Expire(key, Settled(last));
            }
        }

        foreach (FeedFlowKey key in _homeless)
        {
            if (_programs.Flows.TryTake(key, out FeedFlow last))
            {
                _table.AddOverflow(key, Settled(last));
            }
        }

        _silent.Clear();
        _homeless.Clear();
    }

    private void NotifyOfLosses()
    {
        if (!_notifiedFull && (_table.IsFull || _losses != default))
        {
            _notifiedFull = true;
            _notify?.Invoke(
                new Notice(
                    NoticeKind.TableFull,
                    "More conversations at once than the kernel feed holds: what came later is counted in one row (TableFull), or lacks its process's name."
                )
            );
        }
    }
}
