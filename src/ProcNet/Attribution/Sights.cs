using ProcNet.Addresses;
using ProcNet.Connections;
using ProcNet.Traffic;

namespace ProcNet.Attribution;

/// <summary>
/// Which interface's sight of a packet counts where several interfaces showed it, for each direction of each conversation:
/// <list type="bullet">
/// <item>An end of the captured namespace: of interfaces stacked on one another the uppermost, which is the one with the address. Interfaces that are
/// not stacked show different packets (a conversation that goes out by one and comes back by another), and all count.</item>
/// <item>An end of another namespace, and none of the captured one: the packet passes through, and each interface shows it again. The one that leads
/// into the owner's namespace counts, else the bridge before it, else the one with its subnet, else the first.</item>
/// <item>No end of a known namespace: the interface that showed the conversation first.</item>
/// </list>
/// Pure.
/// </summary>
internal sealed class Sights
{
    // The same packet has nearly the same time on each interface.
    private const long SlackMicroseconds = 100_000;

    private readonly ReadOnlyMemory<FlowCounters> _flows;
    private readonly Dictionary<FlowKey, int> _first;
    private readonly int[] _next;
    private readonly int[] _indices;
    private readonly bool[,] _isAbove;
    private readonly bool[,] _areEnds;
    private readonly NetworkView _view;

    /// <summary>Prepares the question for a snapshot.</summary>
    public Sights(FlowSnapshot snapshot, NetworkView view)
    {
        // Of an interval: whether a direction was ever seen is told by all that came before too.
        _flows = snapshot.SinceTheStart.IsEmpty ? snapshot.Flows : snapshot.SinceTheStart;
        _view = view;
        int slots = snapshot.Interfaces.Count;
        _indices = [.. snapshot.Interfaces.Select(shown => shown.Index != 0 ? shown.Index : view.Interfaces.IndexOf(shown.Name))];
        _isAbove = new bool[slots, slots];
        _areEnds = new bool[slots, slots];
        for (int i = 0; i < slots; i++)
        {
            for (int j = 0; j < slots; j++)
            {
                _isAbove[i, j] = i != j && view.Interfaces.IsAbove(_indices[i], _indices[j]);
                _areEnds[i, j] = i != j && view.Interfaces.AreEnds(_indices[i], _indices[j]);
            }
        }

        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        _first = new Dictionary<FlowKey, int>(flows.Length);
        _next = new int[flows.Length];
        for (int i = flows.Length - 1; i >= 0; i--)
        {
            _next[i] = -1;
            if (flows[i].Key.Kind is FlowKind.Conversation or FlowKind.Fragment)
            {
                FlowKey anywhere = flows[i].Key.OnInterface(0);
                _next[i] = _first.TryGetValue(anywhere, out int following) ? following : -1;
                _first[anywhere] = i;
            }
        }
    }

    /// <summary>The interface whose sight of one direction counts instead of an entry's.</summary>
    /// <param name="place">The entry's place in the snapshot.</param>
    /// <param name="sentByLow">The direction.</param>
    /// <returns>Its slot; null where the entry's own sight counts.</returns>
    public ushort? CountedElsewhere(int place, bool sentByLow)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        ref readonly FlowCounters entry = ref flows[place];
        int first = _first[entry.Key.OnInterface(0)];
        if (_next[first] < 0)
        {
            return null;
        }

        int best = place;
        for (int other = first; other >= 0; other = _next[other])
        {
            if (flows[other].Key.Interface != flows[best].Key.Interface && Packets(flows[other], sentByLow) > 0
                && Overlap(entry, flows[other]) && Beats(flows[other], flows[best]))
            {
                best = other;
            }
        }

        return best == place ? null : flows[best].Key.Interface;
    }

    /// <summary>An interface that showed a conversation while an entry's went on; null where none did.</summary>
    public ushort? FindSight(in ConversationEnd end, in FlowCounters during)
    {
        FlowKey key = FlowKey.Create(
            end.Local, end.LocalPort, end.Remote, end.RemotePort, end.Protocol, FlowKind.Conversation, 0, out _);
        if (!_first.TryGetValue(key, out int first))
        {
            return null;
        }

        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        for (int place = first; place >= 0; place = _next[place])
        {
            if (Overlap(flows[place], during))
            {
                return flows[place].Key.Interface;
            }
        }

        return null;
    }

    private static long Packets(in FlowCounters flow, bool sentByLow) => sentByLow ? flow.LowPackets : flow.HighPackets;

    private static bool Overlap(in FlowCounters left, in FlowCounters right) =>
        left.FirstSeen - SlackMicroseconds <= right.LastSeen && right.FirstSeen - SlackMicroseconds <= left.LastSeen;

    private bool Beats(in FlowCounters challenger, in FlowCounters champion)
    {
        int upper = challenger.Key.Interface;
        int lower = champion.Key.Interface;
        FlowKey key = champion.Key;
        bool isOurs = _view.IsOfCapture(key.Low) || _view.IsOfCapture(key.High);
        int difference = isOurs ? 0 : Nearness(upper, key) - Nearness(lower, key);
        bool isThroughTraffic = !isOurs && !((_view.IsGroup(key.Low) || _view.IsGroup(key.High)) && !IsKnown(key));
        if (isThroughTraffic)
        {
            return difference != 0 ? difference > 0 : IsEarlier(challenger, champion);
        }

        return _isAbove[upper, lower] || (_areEnds[upper, lower] && IsEarlier(challenger, champion));
    }

    private bool IsKnown(in FlowKey key) => _view.FindNamespaces(key.Low).Count + _view.FindNamespaces(key.High).Count > 0;

    private int Nearness(int slot, in FlowKey key) => Math.Max(Nearness(slot, key.Low), Nearness(slot, key.High));

    private int Nearness(int slot, AddressValue address)
    {
        int nearest = 0;
        foreach (long networkNamespace in _view.FindNamespaces(address))
        {
            nearest = Math.Max(nearest, _view.Interfaces.Nearness(_indices[slot], networkNamespace, address));
        }

        return nearest;
    }

    private static bool IsEarlier(in FlowCounters left, in FlowCounters right) =>
        left.FirstSeen != right.FirstSeen ? left.FirstSeen < right.FirstSeen : left.Key.Interface < right.Key.Interface;
}
