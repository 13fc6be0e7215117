namespace ProcNet.Capture.Live;

/// <summary>Tells of interfaces that went down or away, once each, and says when none is left to capture on.</summary>
internal sealed class InterfaceWatch
{
    // An interface that is removed goes down first: wait and see which it is.
    private const int TellAfterMilliseconds = 100;

    // A short break is missed as little as may be; after that nobody waits for the tenth of a second.
    private const int DownCheckMilliseconds = 20;
    private const int LongDownCheckMilliseconds = 200;
    private const int ShortDownMilliseconds = 3_000;

    private CapturedInterface[] _interfaces;
    private InterfaceState[] _told;

    /// <summary>Watches interfaces.</summary>
    public InterfaceWatch(CapturedInterface[] interfaces)
    {
        _interfaces = interfaces;
        _told = new InterfaceState[interfaces.Length];
    }

    /// <summary>Watches another one too.</summary>
    public void Add(CapturedInterface captured)
    {
        _interfaces = [.. _interfaces, captured];
        Array.Resize(ref _told, _interfaces.Length);
    }

    /// <summary>When an interface that is down must be asked again, in milliseconds; -1 where none is.</summary>
    /// <param name="now">A clock that only goes forward, in milliseconds.</param>
    public int NextQuestion(long now)
    {
        int next = -1;
        foreach (CapturedInterface captured in _interfaces)
        {
            if (captured.State == InterfaceState.Down)
            {
                int pause = now - captured.StateSince < ShortDownMilliseconds ? DownCheckMilliseconds : LongDownCheckMilliseconds;
                next = next < 0 ? pause : Math.Min(next, pause);
            }
        }

        return next;
    }

    /// <summary>Tells of what changed.</summary>
    /// <param name="now">A clock that only goes forward, in milliseconds.</param>
    /// <param name="notify">Takes the notices.</param>
    public void Tell(long now, Action<Notice> notify)
    {
        for (int i = 0; i < _interfaces.Length; i++)
        {
            CapturedInterface captured = _interfaces[i];
            InterfaceState state = captured.State;
            if (state == _told[i] || (state == InterfaceState.Down && now - captured.StateSince < TellAfterMilliseconds))
            {
                continue;
            }

            _told[i] = state;
            if (state != InterfaceState.Up)
            {
                notify(new Notice(NoticeKind.InterfaceLost, Describe(captured)));
            }
        }
    }

    /// <summary>Why nothing is left to capture on; null while something is.</summary>
    public ProcNetException? FindFailure()
    {
        CapturedInterface? last = null;
        foreach (CapturedInterface captured in _interfaces)
        {
            if (captured.State != InterfaceState.Lost)
            {
                // One that is down may come up again, whenever that is: a maintenance, a cable.
                return null;
            }

            if (last is null || captured.StateSince >= last.StateSince)
            {
                last = captured;
            }
        }

        return last is null ? null : PcapErrors.Failed(last.Described.Name, last.LostReason);
    }

    private static string Describe(CapturedInterface captured) =>
        captured.State == InterfaceState.Down
            ? $"The interface '{captured.Described.Name}' went down: nothing is counted on it until it is up again."
            : $"The interface '{captured.Described.Name}' is lost to the capture: {captured.LostReason}. What was counted on it is kept.";
}
