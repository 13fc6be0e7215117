using System.Diagnostics;
using ProcNet.Attribution;
using ProcNet.Conntrack;
using ProcNet.Flows;
using ProcNet.Linux;

namespace ProcNet.OwnerLookup;

/// <summary>Asks the kernel what stands behind ends whose socket is not found, and remembers the answers. Thread-safe.</summary>
internal sealed class NatLookup : IDisposable
{
    private const long PausePerReading = 9;

    private readonly Lock _gate = new();
    private readonly Action<Notice> _notify;
    private IConntrackTable? _table;
    private readonly Dictionary<FiveTuple, FiveTuple> _halves = [];
    private long _nextReading;
    private bool _isTold;

    /// <summary>Opens the kernel's table where there is one.</summary>
    /// <param name="open">Opens it; null where the kernel does not track connections.</param>
    /// <param name="notify">Takes the notice that it may not be read, where that matters.</param>
    public NatLookup(Func<IConntrackTable?> open, Action<Notice> notify)
    {
        _notify = notify;
        try
        {
            _table = open();
        }
        catch (LinuxException e)
        {
            GiveUp(e);
        }
    }

    /// <summary>What is known.</summary>
    public AddressTranslations Known { get; } = new();

    /// <summary>Whether anything can be asked.</summary>
    public bool IsOpen => _table is not null;

    /// <summary>Asks about an endpoint.</summary>
    /// <param name="shown">The end as its packets show it.</param>
    /// <param name="behind">The end as its socket knows it.</param>
    /// <returns>Whether it is translated.</returns>
    public bool TryFind(in FiveTuple shown, out FiveTuple behind)
    {
        behind = default;
        // ICMP is translated too, by its identifier; its errors and answers are the kernel's in any case.
        if (!((TransportProtocol)shown.Protocol).HasPorts())
        {
            return false;
        }

        lock (_gate)
        {
            try
            {
                if (_table is null || !_table.TryFind(shown, out behind))
                {
                    return false;
                }
            }
            catch (LinuxException e)
            {
                GiveUp(e);
                return false;
            }
        }

        bool isTranslated = behind != shown;
        Known.Record(shown, isTranslated ? behind : null);

        return isTranslated;
    }

    /// <summary>
    /// Asks about an endpoint that no entry has: packets that are shown between the two steps of a translation bear the one end as it was
    /// and the other as it is (br_netfilter on a bridge, a VRF). All entries that are translated twice are read for that, not more often
    /// than a tenth of one processor allows.
    /// </summary>
    /// <param name="shown">The end as its packets show it.</param>
    /// <param name="behind">The end as its socket knows it.</param>
    public bool TryFindHalf(in FiveTuple shown, out FiveTuple behind)
    {
        behind = default;
        if (!((TransportProtocol)shown.Protocol).HasPorts())
        {
            return false;
        }

        lock (_gate)
        {
            if (!_halves.TryGetValue(shown, out behind) && !(ReadTwiceTranslated() && _halves.TryGetValue(shown, out behind)))
            {
                return false;
            }
        }

        Known.Record(shown, behind);
        return true;
    }

    private bool ReadTwiceTranslated()
    {
        long startedAt = Stopwatch.GetTimestamp();
        if (_table is null || startedAt < _nextReading)
        {
            return false;
        }

        _halves.Clear();
        try
        {
            _table.ReadTwiceTranslated(
                (caller, called) =>
                {
                    _halves[new FiveTuple(caller.Protocol, caller.Local, caller.LocalPort, called.Local, called.LocalPort)] = caller;
                    _halves[new FiveTuple(caller.Protocol, called.Local, called.LocalPort, caller.Local, caller.LocalPort)] = called;
                }
            );
        }
        catch (LinuxException e)
        {
            GiveUp(e);
            return false;
        }

        long endedAt = Stopwatch.GetTimestamp();
        _nextReading = endedAt + ((endedAt - startedAt) * PausePerReading);
        return _halves.Count > 0;
    }

    /// <summary>Asks in vain, so that the first lookup that counts is answered at once.</summary>
    public void WarmUp(in FiveTuple nowhere)
    {
        lock (_gate)
        {
            try
            {
                _table?.TryFind(nowhere, out _);
            }
            catch (LinuxException)
            {
                // The first lookup that counts will fail as well, and tell. Where none comes there is nothing to tell.
            }
        }
    }

    /// <summary>Whether the kernel was asked about an endpoint before, and had an answer.</summary>
    public bool Knows(in FiveTuple shown) => Known.Knows(shown);

    /// <summary>Whether an endpoint is known to be translated.</summary>
    public bool IsTranslated(in FiveTuple shown) => Known.TryFind(shown, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _table?.Dispose();
            _table = null;
        }
    }

    /// <summary>Tells, once, that nothing can be asked: a conversation without an owner may be translated.</summary>
    public void TellThatUnreadable()
    {
        if (Known.Unreadable is { } reason && !_isTold)
        {
            _isTold = true;
            _notify(
                new Notice(
                    NoticeKind.TranslationsNotRead,
                    $"Translated addresses (NAT, of containers for example) cannot be followed: {reason}. Conversations behind one have no owner."
                )
            );
        }
    }

    private void GiveUp(LinuxException failure)
    {
        _table?.Dispose();
        _table = null;
        Known.Unreadable = failure.Message;
    }
}
