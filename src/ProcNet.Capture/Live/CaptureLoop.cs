using ProcNet.Attribution;
using ProcNet.Capture.Handles;
using ProcNet.Linux;

namespace ProcNet.Capture.Live;

/// <summary>The thread that counts: it waits for the kernel's blocks of all interfaces and counts them.</summary>
internal sealed class CaptureLoop : IDisposable
{
    // What one interface may count before another gets its turn, and before a waiting Snapshot gets the lock: about 0.3 ms.
    private const int MostPerDispatch = 4096;

    // A block that is handed over because it is full holds more: below this the kernel's block timeout sets the pace already.
    private const int PaceAbove = 1000;

    // Bounds what a Snapshot counts on the caller's thread while packets keep coming.
    private const int MostRounds = 16;

    /// <summary>
    /// After how many milliseconds what passed has been handed over. A block is when its time is up; kernels before 6.18 add a tick or two
    /// of their timer (4 ms each at 250 Hz).
    /// </summary>
    public const int DrainMilliseconds = RingSizes.BlockTimeoutMilliseconds + 15;

    // How long packets that wait since before the start may take to arrive. After that a clock that is set back harms nothing.
    private const int EarlyPacketMilliseconds = 500;

    private readonly LateArrivals<CapturedInterface> _late = new();
    private readonly WakeEvent _stop;
    private CapturedInterface[] _interfaces;
    private readonly PacketConsumer _consumer;
    private readonly Lock _gate;
    private PollSet _polls;
    private readonly InterfaceWatch _watch;
    private readonly int _pace;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Notice> _notify = static _ => { };
    private bool _isStarted;
    private long _startedAt;
    private long _allocatedAtStart;

    /// <summary>Makes the thread.</summary>
    /// <param name="interfaces">What it serves.</param>
    /// <param name="consumer">Where the packets go.</param>
    /// <param name="gate">Held while packets are counted.</param>
    /// <param name="pace">How many milliseconds a busy thread lets the rings fill before it reads again.</param>
    /// <param name="stop">Makes the thread count what the rings hold and end.</param>
    public CaptureLoop(CapturedInterface[] interfaces, PacketConsumer consumer, Lock gate, int pace, WakeEvent stop)
    {
        _interfaces = interfaces;
        _consumer = consumer;
        _gate = gate;
        _pace = pace;
        _watch = new InterfaceWatch(interfaces);
        _stop = stop;
        _polls = MakePolls();
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet capture" };
    }

    /// <summary>Ends when the thread has: the counters are final.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Why it ended early; null while all is well.</summary>
    public ProcNetException? Failure { get; private set; }

    /// <summary>When counting ended, in microseconds since 1970 UTC; null before.</summary>
    public long? EndedAt { get; private set; }

    /// <summary>Managed bytes that the thread has allocated since its first packets; for tests.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Begins.</summary>
    /// <param name="startedAt">When counting began, in microseconds since 1970 UTC.</param>
    /// <param name="notify">Takes notices, on the thread.</param>
    public void Start(long startedAt, Action<Notice> notify)
    {
        _startedAt = startedAt;
        _notify = notify;
        ResourceShortage.StartThread(_thread);
        _isStarted = true;
    }

    /// <summary>Adds an interface that came after the start. Its slot is known already.</summary>
    public void Add(CapturedInterface captured) => _late.Add(captured);

    /// <summary>Frees what the loop itself holds. It has ended, and the handles are their owner's.</summary>
    public void Dispose() => _late.Dispose();

    /// <summary>Ends a loop that never began.</summary>
    public void CompleteUnstarted() => _completion.TrySetResult();

    /// <summary>Whether the caller is this thread.</summary>
    public bool IsCurrentThread => Thread.CurrentThread == _thread;

    /// <summary>Waits for the thread to end. On the thread itself (a notice's taker stops the capture) it does not wait.</summary>
    public void Join()
    {
        if (_isStarted && !IsCurrentThread)
        {
            _thread.Join();
        }
    }

    /// <summary>Counts what waits in all rings. The caller holds the lock.</summary>
    public void ServeAll()
    {
        for (int round = 0; round < MostRounds; round++)
        {
            int most = 0;
            foreach (CapturedInterface captured in _interfaces)
            {
                most = Math.Max(most, Serve(captured));
            }

            if (most < MostPerDispatch)
            {
                return;
            }
        }
    }

    private int Serve(CapturedInterface captured)
    {
        int count = captured.Serve(MostPerDispatch);
        _consumer.Complete();
        return count;
    }

    // The last one is that of what comes late.
    private PollSet MakePolls() =>
        new(
            [.. _interfaces.Select(static captured => captured.State == InterfaceState.Lost ? -1 : captured.Descriptor), _late.Descriptor],
            _stop
        );

    private void TakeLate()
    {
        IReadOnlyList<CapturedInterface> late = _late.Take();
        if (late.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            // Those that went are told of and counted; nothing more comes of them.
            _interfaces = [.. _interfaces, .. late];
        }

        foreach (CapturedInterface captured in late)
        {
            _watch.Add(captured);
        }

        _polls = MakePolls();
    }

    private void Run()
    {
        try
        {
            Loop();
        }
        catch (Exception e)
        {
            // Whatever it is: unhandled on a thread of ours it would end the whole PowerShell process.
            Failure = PcapErrors.Failed(string.Join(' ', _interfaces.Select(captured => captured.Described.Name)), e.Message, e);
        }
        finally
        {
            lock (_gate)
            {
                EndedAt = Clock.Now;
                _consumer.Close(_interfaces, _startedAt, EndedAt.Value);
            }

            _completion.TrySetResult();
        }
    }

    private void Loop()
    {
        ThreadUrgency.TryRaiseCounting();
        long startedAt = Environment.TickCount64;
        long endAt = long.MaxValue;
        bool isBusy = false;
        while (true)
        {
            long now = Environment.TickCount64;
            if (now >= endAt)
            {
                break;
            }

            if (isBusy && endAt == long.MaxValue)
            {
                _polls.WaitForWake(_pace);
            }

            _polls.Wait(FindTimeout(now, endAt));
            if (_polls.IsWoken)
            {
                _polls.IgnoreWake();
                endAt = Environment.TickCount64 + DrainMilliseconds;
            }

            isBusy = ServeReady();
            if (_polls.IsReady(_interfaces.Length))
            {
                TakeLate();
            }

            now = Environment.TickCount64;
            if (_consumer.IgnoreBefore != 0 && now - startedAt > EarlyPacketMilliseconds)
            {
                StopIgnoring();
            }

            Tell(now);
            if (endAt == long.MaxValue && _watch.FindFailure() is { } failure)
            {
                Failure = failure;
                return;
            }
        }

        lock (_gate)
        {
            ServeAll();
        }

        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _allocatedAtStart;
        Tell(Environment.TickCount64);
    }

    private int FindTimeout(long now, long endAt)
    {
        int timeout = _watch.NextQuestion(now);
        if (endAt == long.MaxValue)
        {
            return timeout;
        }

        int left = (int)(endAt - now);
        return timeout < 0 ? left : Math.Min(left, timeout);
    }

    /// <summary>Counts what is ready, and says whether full blocks come so fast that the next ones may gather.</summary>
    private bool ServeReady()
    {
        int most = 0;
        for (int i = 0; i < _interfaces.Length; i++)
        {
            CapturedInterface captured = _interfaces[i];
            if (_polls.IsReady(i) || captured.State == InterfaceState.Down)
            {
                lock (_gate)
                {
                    most = Math.Max(most, Serve(captured));
                }
            }

            if (captured.State == InterfaceState.Lost)
            {
                _polls.Remove(i);
            }
        }

        return most is > PaceAbove and < MostPerDispatch;
    }

    private void StopIgnoring()
    {
        lock (_gate)
        {
            _consumer.IgnoreBefore = 0;
        }

        // From here on nothing may be allocated.
        _allocatedAtStart = GC.GetAllocatedBytesForCurrentThread();
    }

    private void Tell(long now)
    {
        _watch.Tell(now, _notify);
    }
}
