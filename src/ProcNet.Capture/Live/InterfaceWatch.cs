namespace ProcNet.Capture.Live;

/// <summary>Tells of interfaces that went down or away, once each, and says when none is left to capture on.</summary>
internal sealed class InterfaceWatch
{
    // An interface that is removed goes down first: wait and see which it is.
    private const int TellAfterMilliseconds = 100;

    // An administrator's restart of the network takes its interfaces down and up again.
    private const int GiveUpAfterMilliseconds = 1_000;

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

    /// <summary>Whether an interface is down and must be asked now and again.</summary>
    public bool AnyIsDown
    {
        get
        {
            foreach (CapturedInterface captured in _interfaces)
            {
                if (captured.State == InterfaceState.Down)
                {
                    return true;
                }
            }

            return false;
        }
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
    /// <param name="now">A clock that only goes forward, in milliseconds.</param>
    public ProcNetException? FindFailure(long now)
    {
        CapturedInterface? last = null;
        foreach (CapturedInterface captured in _interfaces)
        {
            bool isOver =
                captured.State == InterfaceState.Lost
                || (captured.State == InterfaceState.Down && now - captured.StateSince >= GiveUpAfterMilliseconds);
            if (!isOver)
            {
                return null;
            }

            if (last is null || captured.StateSince >= last.StateSince)
            {
                last = captured;
            }
        }

        if (last is null)
        {
            return null;
        }

        return last.State == InterfaceState.Down
            ? PcapErrors.InterfaceDown(last.Described.Name)
            : PcapErrors.Failed(last.Described.Name, last.LostReason);
    }

    private static string Describe(CapturedInterface captured) =>
        captured.State == InterfaceState.Down
            ? $"The interface '{captured.Described.Name}' went down: nothing is counted on it until it is up again."
            : $"The interface '{captured.Described.Name}' is lost to the capture: {captured.LostReason}. What was counted on it is kept.";
}
