using System.Numerics;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// What the kernel is asked for one conversation: the sockets of its ends, by exact 5-tuple (3 µs each), in the captured network namespace,
/// in those that have an endpoint's address, and behind address translation. Answers go to the function given. <see cref="AskHere"/> and
/// <see cref="Identify"/> may be called on any thread, the others on the search's.
/// </summary>
internal sealed class SocketLookup
{
    // As many as cost one resolution of owners 30 ms.
    private const int MostTranslationsAsked = 10_000;

    private const long AskPortAgainAfterMicroseconds = 1_000_000;

    private readonly LookupNamespaces _namespaces;
    private readonly NatLookup _translations;
    private readonly Action<SocketObservation> _found;
    private readonly LookupRateLimiter _budget = new();
    private readonly EndpointLookup _lookup;
    private readonly HashSet<long> _met = [];
    private readonly RecentFlows _ports = new();
    private long _sendersGone;

    /// <summary>Prepares to ask.</summary>
    /// <param name="namespaces">Where to ask.</param>
    /// <param name="translations">What is behind an endpoint.</param>
    /// <param name="found">Takes the sockets that are there, on the asking thread.</param>
    public SocketLookup(LookupNamespaces namespaces, NatLookup translations, Action<SocketObservation> found)
    {
        _namespaces = namespaces;
        _translations = translations;
        _found = found;
        _lookup = new EndpointLookup(_budget);
    }

    /// <summary>The namespaces in which an endpoint of a conversation was asked for.</summary>
    public IReadOnlyCollection<long> Met => _met;

    /// <summary>Asks in the captured namespace. In a flood of new conversations it does not.</summary>
    /// <param name="key">The conversation.</param>
    /// <param name="shownOn">The index of the interface that showed it; 0 where it is not known.</param>
    /// <returns>What is left to ask elsewhere.</returns>
    public ForeignEndpoints AskHere(in FlowKey key, int shownOn)
    {
        if (!_budget.TryTake())
        {
            return default;
        }

        NetworkView view = _namespaces.View;
        ISocketTable table = _namespaces.OwnTable;
        return new ForeignEndpoints(
            key,
            shownOn,
            Low: !AskEndHere(table, view, key, true, shownOn),
            High: !AskEndHere(table, view, key, false, shownOn)
        );
    }

    /// <summary>Asks in the other namespaces, and behind address translation.</summary>
    public void AskElsewhere(in ForeignEndpoints ends)
    {
        if (ends.Low)
        {
            AskEndElsewhere(ends.Key, true, ends.InterfaceIndex);
        }

        if (ends.High)
        {
            AskEndElsewhere(ends.Key, false, ends.InterfaceIndex);
        }
    }

    /// <summary>Asks about a conversation that there is not.</summary>
    public void WarmUp(in FlowKey key)
    {
        AskHere(key, 0);
        _translations.WarmUp(Attributor.ShownEnd(key, true));
    }

    /// <summary>
    /// Whether an endpoint that is not known may be in a namespace that has come since: the other endpoint is not ours
    /// either.
    /// </summary>
    public bool MayBeOfNew(in FlowKey key)
    {
        NetworkView view = _namespaces.View;
        return !view.IsOfCapture(key.Low)
            && !view.IsOfCapture(key.High)
            && (view.FindNamespaces(key.Low).Count == 0 || view.FindNamespaces(key.High).Count == 0);
    }

    /// <summary>The number of <see cref="INewFlowObserver.IdentifySockets"/>.</summary>
    public ulong? Identify(in FlowKey key, bool fromLow, int shownOn)
    {
        NetworkView view = _namespaces.View;
        bool lowIsOurs = view.IsOfCapture(key.Low);
        bool highIsOurs = view.IsOfCapture(key.High);
        if ((!lowIsOurs && !highIsOurs) || !_budget.TryTake())
        {
            return null;
        }

        ISocketTable table = _namespaces.OwnTable;
        ulong low = lowIsOurs ? CookieOf(table, view, Attributor.ShownEnd(key, true), shownOn) : 0;
        ulong high = highIsOurs ? CookieOf(table, view, Attributor.ShownEnd(key, false), shownOn) : 0;

        if ((fromLow ? lowIsOurs && low == 0 : highIsOurs && high == 0) && !IsOfTunnel(view, key))
        {
            return ulong.MaxValue - (ulong)Interlocked.Increment(ref _sendersGone);
        }

        // Turned, so that the same two on exchanged ends are others.
        return low ^ BitOperations.RotateLeft(high, 32);
    }

    /// <summary>
    /// Whether a socket may be there still, for somebody to hold. The kernel tells of connected ones only: others share a
    /// port.
    /// </summary>
    public bool IsThere(KnownSocket socket) =>
        !socket.IsConnected
        || !socket.Protocol.HasPorts()
        || (
            _namespaces.TableOf(socket.NetworkNamespace) is { } table
            && table.TryFind(
                socket.Protocol,
                socket.Local,
                socket.LocalPort,
                socket.Remote,
                socket.RemotePort,
                socket.InterfaceIndex,
                out SocketRow row
            )
            && row.Inode == socket.Holders?.Inode
        );

    /// <summary>Asks what is behind endpoints of rows without a sure owner, of which nothing is known yet.</summary>
    /// <returns>Whether anything was found.</returns>
    public bool AskBehind(List<AttributedFlow> rows)
    {
        if (!_translations.IsOpen)
        {
            return false;
        }

        bool isAny = false;
        int asked = 0;
        foreach (AttributedFlow row in rows)
        {
            FiveTuple shown = Attributor.ShownEnd(row.Key, row.LocalIsLow);
            if (
                row.Key.Kind == FlowKind.Conversation
                && (row.Match.Evidence & OwnerEvidence.ExactTuple) == 0
                && row.Match.Category is not (TrafficCategory.Duplicate or TrafficCategory.Forwarded or TrafficCategory.Multicast)
                && !_translations.Knows(shown)
                && asked++ < MostTranslationsAsked
            )
            {
                isAny |= _translations.TryFind(shown, out _) || (!_translations.Knows(shown) && _translations.TryFindHalf(shown, out _));
            }
        }

        return isAny;
    }

    /// <returns>Whether nothing is left to ask elsewhere.</returns>
    private bool AskEndHere(ISocketTable table, NetworkView view, in FlowKey key, bool localIsLow, int shownOn)
    {
        AddressValue local = localIsLow ? key.Low : key.High;
        if (view.IsOfCapture(local))
        {
            return AskIn(table, view, Attributor.ShownEnd(key, localIsLow), shownOn) || !_translations.IsOpen;
        }

        if (view.IsGroup(local))
        {
            AskIn(table, view, Attributor.ShownEnd(key, localIsLow), shownOn);
            return true;
        }

        // Neither address is ours: a transparent socket may have it all the same.
        if (!view.IsOfCapture(localIsLow ? key.High : key.Low) && AskIn(table, view, Attributor.ShownEnd(key, localIsLow), shownOn))
        {
            return true;
        }

        // The other endpoint of a conversation of ours is anywhere; that nobody knows either end is worth another look.
        return !view.IsOfOthers(local) && view.TryFindNamespace(localIsLow ? key.High : key.Low, out _);
    }

    private void AskEndElsewhere(in FlowKey key, bool localIsLow, int shownOn)
    {
        NetworkView view = _namespaces.View;
        FiveTuple shown = Attributor.ShownEnd(key, localIsLow);
        bool isOurs = view.IsOfCapture(shown.Local);
        if (!isOurs && (AskEverywhere(view, shown, shownOn) || !view.IsOfOthers(shown.Local)))
        {
            return;
        }

        if (
            _translations.TryFind(shown, out FiveTuple behind)
            || (!_translations.Knows(shown) && _translations.TryFindHalf(shown, out behind))
        )
        {
            AskEverywhere(view, behind, shownOn);
        }
    }

    /// <summary>Asks for an endpoint in each namespace that has its address.</summary>
    /// <returns>Whether one has exactly this socket.</returns>
    private bool AskEverywhere(NetworkView view, in FiveTuple end, int shownOn)
    {
        bool isFound = false;
        foreach (long networkNamespace in view.FindNamespaces(end.Local))
        {
            if (_namespaces.TableOf(networkNamespace) is { } table)
            {
                _met.Add(networkNamespace);
                try
                {
                    isFound |= AskIn(table, view, end, shownOn);
                }
                catch (ProcNetException e) when (e.Error is ProcNetError.SocketTableUnavailable or ProcNetError.NetworkNamespaceUnavailable)
                {
                    // One namespace that does not answer must not end the search in all others; what was seen there before stands.
                }
            }
        }

        return isFound;
    }

    /// <summary>Asks one table.</summary>
    /// <returns>Whether it has a socket with exactly the 5-tuple.</returns>
    private bool AskIn(ISocketTable table, NetworkView view, in FiveTuple end, int shownOn)
    {
        long networkNamespace = table.NetworkNamespace;
        var protocol = (TransportProtocol)end.Protocol;
        if (!_lookup.TryFind(table, view, end, shownOn, out SocketRow row))
        {
            return false;
        }

        long now = Clock.Now;
        bool isExact = EndpointLookup.IsExact(row, end);
        _found(new SocketObservation(networkNamespace, now, row) { AnswerTo = protocol == TransportProtocol.Udp && !isExact ? end : null });
        if (
            protocol == TransportProtocol.Tcp
            && (row.Inode == 0 || MayBeNewPort(end, networkNamespace, now))
            && table.TryFind(protocol, end.Local, end.LocalPort, AnyOf(end.Local), 0, row.InterfaceIndex, out SocketRow listener)
        )
        {
            // Not accepted yet, or closed already: the listener says at least whose port it is, and may be gone when owners are resolved.
            // And what was accepted may be closed before a look at all processes comes to its server, but not the listener: who holds
            // that is looked at first from then on.
            _found(new SocketObservation(networkNamespace, now, listener));
        }

        return isExact;
    }

    /// <summary>Whether nobody asked lately who listens where this endpoint is.</summary>
    private bool MayBeNewPort(in FiveTuple end, long networkNamespace, long now) =>
        _ports.TryMark(
            FlowKey.Create(
                end.Local,
                end.LocalPort,
                AnyOf(end.Local),
                0,
                end.Protocol,
                FlowKind.Conversation,
                (ushort)networkNamespace,
                out _
            ),
            now,
            AskPortAgainAfterMicroseconds
        );

    /// <summary>Whether the kernel itself sends it, from a port of its choice and without a socket (udp_flow_src_port).</summary>
    private static bool IsOfTunnel(NetworkView view, in FlowKey key) =>
        view.Interfaces.IsTunnelPort(key.LowPort) || view.Interfaces.IsTunnelPort(key.HighPort);

    private static AddressValue AnyOf(AddressValue address) => address.IsIPv4 ? AddressValue.AnyIPv4 : AddressValue.AnyIPv6;

    private ulong CookieOf(ISocketTable table, NetworkView view, in FiveTuple end, int shownOn) =>
        _lookup.TryFind(table, view, end, shownOn, out SocketRow row) ? row.Cookie : 0;
}
