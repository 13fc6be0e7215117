using ProcNet.Capture.Handles;
using ProcNet.Flows;
using ProcNet.Linux;
using SharpPcap;

namespace ProcNet.Capture.Triggers;

/// <summary>
/// A thread that hears of new conversations at once: it serves a small handle for each interface that shows nothing but first
/// packets, as they come. The thread that counts is woken rarely and may be busy; this one is not delayed by it.
/// </summary>
internal sealed class TriggerLoop : IDisposable
{
    private const int MostPerDispatch = 256;

    // More packets in a window than this (10,000/s, a storm of connections): wake up once in a millisecond, not for each.
    private const int PaceAbove = 10_000 * TriggerPolicy.WindowMilliseconds / 1000;

    private readonly LateArrivals<Trigger> _late = new();
    private Trigger[] _triggers;
    private readonly string? _userFilter;
    private readonly WakeEvent _stop;
    private PollSet _polls;
    private readonly Thread _thread;
    private INewFlowObserver? _observer;
    private Action<Notice> _notify = static _ => { };
    private bool _isStarted;

    /// <summary>Makes the thread.</summary>
    /// <param name="triggers">The handles.</param>
    /// <param name="userFilter">What the user wants to see; null for everything.</param>
    /// <param name="stop">Ends the thread.</param>
    public TriggerLoop(Trigger[] triggers, string? userFilter, WakeEvent stop)
    {
        _triggers = triggers;
        _userFilter = userFilter;
        _stop = stop;
        _polls = MakePolls();
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet trigger" };
    }

    /// <summary>Begins to tell.</summary>
    /// <param name="observer">Is told of conversations.</param>
    /// <param name="notify">Is told where the thread breaks off.</param>
    public void Start(INewFlowObserver observer, Action<Notice> notify)
    {
        _notify = notify;
        _observer = observer;
        foreach (Trigger trigger in _triggers)
        {
            trigger.Sink.Observer = observer;
        }

        ResourceShortage.StartThread(_thread);
        _isStarted = true;
    }

    /// <summary>Adds the handle of an interface that came after the start.</summary>
    public void Add(Trigger trigger)
    {
        trigger.Sink.Observer = _observer;
        _late.Add(trigger);
    }

    /// <summary>Frees what the loop itself holds. It has ended, and the handles are their owner's.</summary>
    public void Dispose() => _late.Dispose();

    /// <summary>Waits for the thread to end, which the stop event makes it do.</summary>
    public void Join()
    {
        if (_isStarted)
        {
            _thread.Join();
        }
    }

    // The last one is that of what comes late.
    private PollSet MakePolls() =>
        new([.. _triggers.Select(static trigger => trigger.IsLost ? -1 : trigger.Handle.Descriptor), _late.Descriptor], _stop);

    private void Run()
    {
        try
        {
            Loop();
        }
        catch (Exception e)
        {
            // Unhandled it would end the whole PowerShell process. The counting thread tells of conversations too, some milliseconds later.
            _notify(new Notice(NoticeKind.OwnerSearchFailed, $"New conversations are no longer looked up at once: {e.Message}"));
        }
    }

    private void Loop()
    {
        // It sleeps most of the time, and what it hears of may be gone in a millisecond.
        ThreadUrgency.TryRaise();
        TriggerSink.WarmUp();
        long windowEnd = Environment.TickCount64 + TriggerPolicy.WindowMilliseconds;
        long seenInWindow = 0;
        bool isBusy = false;
        while (true)
        {
            _polls.Wait(FindTimeout());
            if (_polls.IsWoken)
            {
                return;
            }

            seenInWindow += Serve();
            if (_polls.IsReady(_triggers.Length))
            {
                _triggers = [.. _triggers, .. _late.Take()];
                _polls = MakePolls();
            }

            long now = Environment.TickCount64;
            if (now >= windowEnd || IsFlooded())
            {
                isBusy = seenInWindow > PaceAbove;
                seenInWindow = 0;
                windowEnd = now + TriggerPolicy.WindowMilliseconds;
                EndWindow(now);
            }

            if (isBusy || seenInWindow > PaceAbove)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>How long it may wait though no packet comes: until datagrams are let in again, or an interface may be up again.</summary>
    private int FindTimeout()
    {
        long timeout = -1;
        long now = Environment.TickCount64;
        foreach (Trigger trigger in _triggers)
        {
            long? next =
                trigger.IsLost ? null
                : trigger.IsDown ? TriggerPolicy.WindowMilliseconds
                : trigger.Sink.Policy.WidensAt is { } at ? Math.Max(at - now, 1)
                : null;
            if (next is { } own && (timeout < 0 || own < timeout))
            {
                timeout = own;
            }
        }

        return (int)timeout;
    }

    private bool IsFlooded()
    {
        foreach (Trigger trigger in _triggers)
        {
            if (trigger.Sink.Policy.IsFlooded)
            {
                return true;
            }
        }

        return false;
    }

    private int Serve()
    {
        int seen = 0;
        for (int i = 0; i < _triggers.Length; i++)
        {
            Trigger trigger = _triggers[i];
            if (trigger.IsLost || !(_polls.IsReady(i) || trigger.IsDown))
            {
                continue;
            }

            int count = trigger.Handle.Dispatch(MostPerDispatch);
            if (count < 0)
            {
                // The counting handle meets the same end, and reports it.
                trigger.IsLost = true;
                _polls.Remove(i);
                continue;
            }

            trigger.IsDown = count == 0 && trigger.Handle.IsDown;
            seen += count;
        }

        return seen;
    }

    private void EndWindow(long now)
    {
        foreach (Trigger trigger in _triggers)
        {
            if (!trigger.IsLost && trigger.Sink.Policy.EndWindow(now))
            {
                try
                {
                    trigger.Handle.SetFilter(TriggerExpression.Write(_userFilter, trigger.Sink.Policy.Scope, trigger.Handle.LinkLayer));
                }
                catch (PcapException)
                {
                    // The interface is going away. The old filter stays: it costs more, and misses nothing.
                    trigger.IsDown = true;
                }
            }
        }
    }
}
