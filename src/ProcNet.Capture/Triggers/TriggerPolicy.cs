namespace ProcNet.Capture.Triggers;

/// <summary>
/// Keeps the trigger cheap. Every packet that it sees wakes a thread (about 20 µs), so a stream of datagrams of known
/// conversations is shut out in the kernel: the heaviest port pairs, or all datagrams where no few pairs stand out. What is shut
/// out cannot be seen to end, so everything is let in again after a while, and for longer each time that the stream is still there.
/// The counting handle sees every conversation in any case, some milliseconds later. Pure: time is given to it.
/// </summary>
internal sealed class TriggerPolicy
{
    /// <summary>Datagrams a second that are worth waking up for.</summary>
    public const int MostDatagramsPerSecond = 2_000;

    /// <summary>The most conversations that a filter leaves out.</summary>
    public const int MostExclusions = 16;

    /// <summary>How long a window of counting is, in milliseconds.</summary>
    public const int WindowMilliseconds = 100;

    /// <summary>How long a narrowed scope holds at first, in milliseconds.</summary>
    public const int FirstHoldMilliseconds = 5_000;

    /// <summary>How long a narrowed scope holds at most, in milliseconds.</summary>
    public const int LongestHoldMilliseconds = 60_000;

    private const int MostDatagramsPerWindow = MostDatagramsPerSecond * WindowMilliseconds / 1000;

    // The stream is back when it is seen within this time after everything was let in.
    private const int RelapseMilliseconds = 1_000;

    private readonly PortPair[] _candidates = new PortPair[MostExclusions];
    private readonly int[] _weights = new int[MostExclusions];
    private bool _isTrying;
    private int _datagrams;
    private long _narrowedAt;
    private long _widenedAt = long.MinValue / 2;
    private int _hold = FirstHoldMilliseconds;

    /// <summary>What to look out for now.</summary>
    public TriggerScope Scope { get; private set; } = TriggerScope.Full;

    /// <summary>
    /// Whether this window has seen so much already that its end should not be waited for: less is enough where a stream was let
    /// in again.
    /// </summary>
    public bool IsFlooded => _datagrams > (_isTrying ? MostDatagramsPerWindow : 4 * MostDatagramsPerWindow);

    /// <summary>
    /// When a narrowed scope is widened again, on the clock of <see cref="EndWindow"/>; null while everything is looked
    /// at.
    /// </summary>
    public long? WidensAt => Scope == TriggerScope.Full ? null : _narrowedAt + _hold;

    /// <summary>Counts a UDP datagram of this window.</summary>
    public void CountUdp(PortPair ports)
    {
        _datagrams++;

        // Misra and Gries: whatever makes up more than a 17th of the window is among the 16 that remain.
        int free = -1;
        for (int i = 0; i < _candidates.Length; i++)
        {
            if (_weights[i] == 0)
            {
                free = i;
            }
            else if (_candidates[i] == ports)
            {
                _weights[i]++;
                return;
            }
        }

        if (free >= 0)
        {
            _candidates[free] = ports;
            _weights[free] = 1;
            return;
        }

        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i]--;
        }
    }

    /// <summary>Counts another datagram (an echo request, UDP-Lite) of this window.</summary>
    public void CountOther() => _datagrams++;

    /// <summary>Ends a window.</summary>
    /// <param name="now">A clock that only goes forward, in milliseconds.</param>
    /// <returns>Whether <see cref="Scope"/> changed.</returns>
    public bool EndWindow(long now)
    {
        bool changed = false;
        _isTrying &= now - _widenedAt <= RelapseMilliseconds;
        if (_datagrams > MostDatagramsPerWindow)
        {
            changed = Narrow(now);
        }
        else if (Scope != TriggerScope.Full && now - _narrowedAt >= _hold)
        {
            Scope = TriggerScope.Full;
            _widenedAt = now;
            _isTrying = true;
            changed = true;
        }

        _datagrams = 0;
        Array.Clear(_weights);
        return changed;
    }

    private bool Narrow(long now)
    {
        if (!Scope.Datagrams)
        {
            // A change of the filter lets through what was in the ring already.
            return false;
        }

        if (Scope == TriggerScope.Full)
        {
            bool relapsed = now - _widenedAt <= RelapseMilliseconds;
            _hold = relapsed ? Math.Min(_hold * 2, LongestHoldMilliseconds) : FirstHoldMilliseconds;
        }

        _narrowedAt = now;
        _isTrying = false;
        List<PortPair> excluded = [.. Scope.Excluded];
        for (int i = 0; i < _candidates.Length; i++)
        {
            // A weight is a lower bound of the pair's packets: heavy enough to matter, and not a few strays.
            if (_weights[i] > MostDatagramsPerWindow / MostExclusions && !excluded.Contains(_candidates[i]))
            {
                excluded.Add(_candidates[i]);
            }
        }

        bool found = excluded.Count > Scope.Excluded.Count;
        Scope = found && excluded.Count <= MostExclusions ? new TriggerScope(true, excluded) : TriggerScope.Connections;
        return true;
    }
}
