using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// Which interface's observation of a packet counts where several interfaces showed it, for each direction of each conversation:
/// <list type="bullet">
/// <item>An end of the captured namespace: of interfaces stacked on one another the uppermost, which is the one with the address.
/// Interfaces that are not stacked show different packets (a conversation that goes out by one and comes back by another), and all
/// count.</item>
/// <item>An end of another namespace, and none of the captured one: the packet passes through, and each interface shows it again. The one
/// that leads into the owner's namespace counts, else the bridge before it, else the one with its subnet, else the first.</item>
/// <item>No end of a known namespace: the interface that showed the conversation first.</item>
/// </list>
/// Pure.
/// </summary>
internal sealed class ObservationPoints
{
    // The same packet has nearly the same time on each interface.
    private const long SlackMicroseconds = 100_000;

    // A copy is made while the packet passes.
    private const long MirrorMicroseconds = 10_000;

    // From so many entries of one 5-tuple on it is worth sorting them.
    private const int LongFrom = 32;

    // What LatestToBeat says where it does not come down to time.
    private const long Always = long.MaxValue;
    private const long Never = long.MinValue;

    private readonly ReadOnlyMemory<FlowCounters> _flows;
    private readonly Dictionary<FlowKey, int> _first;
    private readonly int[] _next;
    private readonly int[] _indices;
    private readonly int[] _kinds;
    private readonly int _mostLanes;
    private readonly Dictionary<(ushort, ushort), (bool IsAbove, bool AreEnds)> _relations = [];
    private readonly NetworkView _view;
    private readonly int _longFrom;
    private readonly Func<FlowKey, bool> _isOurs;
    private readonly Dictionary<int, LongConversation> _long = [];
    private readonly AddressTranslations? _translations;
    private Dictionary<FiveTuple, List<int>>? _translated;
    private readonly Dictionary<(int Slot, AddressValue Address), int> _nearness = [];

    /// <summary>Prepares the answers for a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="view">How interfaces and addresses lie.</param>
    /// <param name="longFrom">From how many entries on those of a 5-tuple are sorted. The answers are the same.</param>
    /// <param name="isOurs">Whether an endpoint is of the captured namespace though its address is not; null for never.</param>
    /// <param name="mostLanes">From more interfaces than this on those of a kind are looked at together. The answers are the same.</param>
    /// <param name="translations">What is known of translated addresses; null for nothing.</param>
    public ObservationPoints(
        FlowSnapshot snapshot,
        NetworkView view,
        int longFrom = LongFrom,
        Func<FlowKey, bool>? isOurs = null,
        int mostLanes = LongConversation.MostLanes,
        AddressTranslations? translations = null
    )
    {
        _mostLanes = mostLanes;
        _translations = translations is { HasAny: true } ? translations : null;
        _isOurs = isOurs ?? (static _ => false);
        _longFrom = longFrom;

        // Of an interval: whether a direction was ever seen is told by all that came before too.
        _flows = snapshot.SinceTheStart.IsEmpty ? snapshot.Flows : snapshot.SinceTheStart;
        _view = view;
        _indices = [.. snapshot.Interfaces.Select(shown => shown.Index != 0 ? shown.Index : view.Interfaces.IndexOf(shown.Name))];

        // A file may have thousands of interfaces, of which this host knows none: they are of one kind.
        Dictionary<int, int> kindOf = [];
        _kinds = new int[_indices.Length];
        for (int slot = 0; slot < _kinds.Length; slot++)
        {
            kindOf.TryAdd(_indices[slot], kindOf.Count);
            _kinds[slot] = kindOf[_indices[slot]];
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

    /// <summary>The interface whose observation of one direction counts instead of an entry's.</summary>
    /// <param name="place">The entry's place in the snapshot.</param>
    /// <param name="sentByLow">The direction.</param>
    /// <returns>Its slot; null where the entry's own observation counts.</returns>
    public ushort? CountedElsewhere(int place, bool sentByLow)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        ref readonly FlowCounters entry = ref flows[place];
        int first = _first[entry.Key.OnInterface(0)];
        if (_next[first] < 0)
        {
            return null;
        }

        int best = FindLong(first) is { } conversation ? FindBest(conversation, place, sentByLow) : FindBest(first, place, sentByLow);
        return best == place ? null : flows[best].Key.Interface;
    }

    private int FindBest(int first, int place, bool sentByLow)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        ref readonly FlowCounters entry = ref flows[place];
        int best = place;
        for (int other = first; other >= 0; other = _next[other])
        {
            if (
                flows[other].Key.Interface != flows[best].Key.Interface
                && Packets(flows[other], sentByLow) > 0
                && Overlap(entry, flows[other])
                && (Beats(flows[other], flows[best]) || IsMirrored(flows[best], flows[other], sentByLow))
            )
            {
                best = other;
            }
        }

        return best;
    }

    /// <summary>The same, without those that cannot change the answer: it leaps to the next entry that beats the best by now.</summary>
    private int FindBest(LongConversation conversation, int place, bool sentByLow)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        ref readonly FlowCounters entry = ref flows[place];
        int best = place;
        int next = -1;
        while (true)
        {
            int after = next;
            next = int.MaxValue;
            foreach (LongConversation.Lane lane in conversation.Lanes(sentByLow))
            {
                if (
                    (lane.IsOfSeveral || lane.Interface != flows[best].Key.Interface)
                    && LatestToBeat(lane.Interface, flows[best]) is var latest and not Never
                )
                {
                    next = Math.Min(next, FindNext(lane, after, entry, Math.Min(latest, entry.LastSeen + SlackMicroseconds), best));
                }
            }

            if (next == int.MaxValue)
            {
                return best;
            }

            best = next;
        }
    }

    /// <summary>
    /// The next entry of a lane that beats the best; of several interfaces each is asked for itself, as the lane's first answers
    /// for the luckiest.
    /// </summary>
    private int FindNext(LongConversation.Lane lane, int after, in FlowCounters entry, long latest, int best)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        int found = after;
        do
        {
            found = lane.FindNext(found, entry.FirstSeen - SlackMicroseconds, latest);
        } while (
            found != int.MaxValue
            && lane.IsOfSeveral
            && (flows[found].Key.Interface == flows[best].Key.Interface || !Beats(flows[found], flows[best]))
        );
        return found;
    }

    /// <summary>An interface that showed one direction of a conversation while an entry's went on; null where none did.</summary>
    /// <param name="end">An endpoint of the conversation.</param>
    /// <param name="during">The entry.</param>
    /// <param name="sentByLocal">The direction: what the endpoint sent, or what it received.</param>
    public ushort? FindObservation(in FiveTuple end, in FlowCounters during, bool sentByLocal)
    {
        FlowKey key = FlowKey.Create(
            end.Local,
            end.LocalPort,
            end.Remote,
            end.RemotePort,
            end.Protocol,
            FlowKind.Conversation,
            0,
            out bool localIsLow
        );
        if (!_first.TryGetValue(key, out int first))
        {
            return null;
        }

        bool sentByLow = localIsLow == sentByLocal;
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        if (FindLong(first) is { } conversation)
        {
            int found = FindObservation(conversation.Lanes(sentByLow), during);
            return found == int.MaxValue ? null : flows[found].Key.Interface;
        }

        for (int place = first; place >= 0; place = _next[place])
        {
            if (Packets(flows[place], sentByLow) > 0 && Overlap(flows[place], during))
            {
                return flows[place].Key.Interface;
            }
        }

        return null;
    }

    /// <summary>
    /// An interface whose observation of one direction counts instead of an entry's, though it shows it translated otherwise: where one
    /// shows the packets whole translated and another one half (br_netfilter), the upper of stacked ones counts, else the first. Null where
    /// the entry's own does.
    /// </summary>
    /// <param name="behind">The entry's endpoint behind the translation.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="sentByLocal">The direction.</param>
    public ushort? FindOtherTranslation(in FiveTuple behind, in FlowCounters entry, bool sentByLocal)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        List<int> all = (_translated ??= FindTranslated()).GetValueOrDefault(behind) ?? [];
        for (int i = all.Count > LongFrom ? FindFrom(all, entry.FirstSeen - SlackMicroseconds) : 0; i < all.Count; i++)
        {
            int found = all[i];
            // The place says which entry it is, and its sign which endpoint.
            bool otherIsLow = found >= 0;
            ref readonly FlowCounters other = ref flows[PlaceOf(found)];
            if (other.FirstSeen > entry.LastSeen + SlackMicroseconds)
            {
                break;
            }

            (ushort there, ushort here) = (other.Key.Interface, entry.Key.Interface);
            if (
                there == here
                || Packets(other, otherIsLow == sentByLocal) == 0
                || !Overlap(other, entry)
                || other.Key.OnInterface(0).Equals(entry.Key.OnInterface(0))
            )
            {
                continue;
            }

            if (
                Relate(there, here).IsAbove
                || (!Relate(here, there).IsAbove && (other.FirstSeen, there).CompareTo((entry.FirstSeen, here)) < 0)
            )
            {
                return there;
            }
        }

        return null;
    }

    /// <summary>
    /// Of many generations, which come one after the other, where those begin that may go on at a time: the same on all
    /// interfaces, each has some.
    /// </summary>
    private int FindFrom(List<int> places, long time)
    {
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        (int low, int high) = (0, places.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBefore = flows[PlaceOf(places[middle])].FirstSeen < time;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return Math.Max(0, low - LongFrom);
    }

    private static int PlaceOf(int found) => found >= 0 ? found : ~found;

    private Dictionary<FiveTuple, List<int>> FindTranslated()
    {
        Dictionary<FiveTuple, List<int>> found = [];
        ReadOnlySpan<FlowCounters> flows = _flows.Span;
        for (int place = 0; _translations is not null && place < flows.Length; place++)
        {
            for (int end = 0; end < 2 && flows[place].Key.Kind == FlowKind.Conversation; end++)
            {
                if (_translations.TryFind(Attributor.ShownEnd(flows[place].Key, end == 0), out FiveTuple behind))
                {
                    if (!found.TryGetValue(behind, out List<int>? places))
                    {
                        found.Add(behind, places = []);
                    }

                    places.Add(end == 0 ? place : ~place);
                }
            }
        }

        foreach (List<int> places in found.Values)
        {
            places.Sort((left, right) => _flows.Span[PlaceOf(left)].FirstSeen.CompareTo(_flows.Span[PlaceOf(right)].FirstSeen));
        }

        return found;
    }

    private static int FindObservation(IReadOnlyList<LongConversation.Lane> lanes, in FlowCounters during)
    {
        int found = int.MaxValue;
        foreach (LongConversation.Lane lane in lanes)
        {
            found = Math.Min(found, lane.FindNext(-1, during.FirstSeen - SlackMicroseconds, during.LastSeen + SlackMicroseconds));
        }

        return found;
    }

    /// <summary>The entries of a 5-tuple sorted, where it has many; else null.</summary>
    private LongConversation? FindLong(int first)
    {
        int count = 0;
        for (int place = first; place >= 0 && count < _longFrom; place = _next[place])
        {
            count++;
        }

        if (count < _longFrom)
        {
            return null;
        }

        if (!_long.TryGetValue(first, out LongConversation? conversation))
        {
            _long.Add(first, conversation = new LongConversation(_flows.Span, Places(first), slot => _kinds[slot], _mostLanes));
        }

        return conversation;
    }

    private IEnumerable<int> Places(int first)
    {
        for (int place = first; place >= 0; place = _next[place])
        {
            yield return place;
        }
    }

    private static long Packets(in FlowCounters flow, bool sentByLow) => sentByLow ? flow.LowPackets : flow.HighPackets;

    private static bool Overlap(in FlowCounters left, in FlowCounters right) =>
        left.FirstSeen - SlackMicroseconds <= right.LastSeen && right.FirstSeen - SlackMicroseconds <= left.LastSeen;

    /// <summary>
    /// Whether an entry is another's copy that tc sent to an interface (mirred mirror): the same packets at the same time, on an interface
    /// that does not have the address while the other one does. What takes two ways is never the same on both.
    /// </summary>
    private bool IsMirrored(in FlowCounters copy, in FlowCounters original, bool sentByLow)
    {
        FlowKey key = copy.Key;
        return Packets(copy, sentByLow) == Packets(original, sentByLow)
            && (sentByLow ? copy.LowBytes == original.LowBytes : copy.HighBytes == original.HighBytes)
            && Math.Abs(copy.FirstSeen - original.FirstSeen) < MirrorMicroseconds
            && Math.Abs(copy.LastSeen - original.LastSeen) < MirrorMicroseconds
            && HasAddress(_indices[original.Key.Interface], key)
            && !HasAddress(_indices[copy.Key.Interface], key);
    }

    private bool HasAddress(int index, in FlowKey key) =>
        _view.Devices.Has(_view.CaptureNamespace, key.Low, index) || _view.Devices.Has(_view.CaptureNamespace, key.High, index);

    private bool Beats(in FlowCounters challenger, in FlowCounters champion) =>
        challenger.FirstSeen <= LatestToBeat(challenger.Key.Interface, champion);

    /// <summary>When an interface's observation must have begun at the latest to count instead of another's.</summary>
    private long LatestToBeat(ushort upper, in FlowCounters champion)
    {
        ushort lower = champion.Key.Interface;
        FlowKey key = champion.Key;
        bool isOurs = _view.IsOfCapture(key.Low) || _view.IsOfCapture(key.High) || _isOurs(key);
        int difference = isOurs ? 0 : Nearness(upper, key) - Nearness(lower, key);
        if (difference == 0 && !isOurs && AreRivals(upper, lower, key))
        {
            return Never;
        }

        bool isThroughTraffic = !isOurs && !((_view.IsGroup(key.Low) || _view.IsGroup(key.High)) && !IsKnown(key));
        if (isThroughTraffic)
        {
            return difference > 0 ? Always
                : difference < 0 ? Never
                : LatestOfEarlier(upper, champion);
        }

        (bool isRedirected, bool wasRedirected) = (
            _view.Interfaces.IsRedirected(_indices[lower]),
            _view.Interfaces.IsRedirected(_indices[upper])
        );
        if (isRedirected != wasRedirected)
        {
            return isRedirected ? Always : Never;
        }

        (bool isAbove, bool areEnds) = Relate(upper, lower);
        return isAbove ? Always
            : areEnds ? LatestOfEarlier(upper, champion)
            : Never;
    }

    /// <summary>How two interfaces lie; of hundreds only those that showed the same conversation are ever asked for.</summary>
    private (bool IsAbove, bool AreEnds) Relate(ushort upper, ushort lower)
    {
        ref (bool IsAbove, bool AreEnds) relation = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _relations,
            (upper, lower),
            out bool isKnown
        );
        if (!isKnown)
        {
            (int above, int below) = (_indices[upper], _indices[lower]);
            relation = (upper != lower && _view.Interfaces.IsAbove(above, below), upper != lower && _view.Interfaces.AreEnds(above, below));
        }

        return relation;
    }

    /// <summary>
    /// Whether two interfaces lead into two namespaces that both claim the same address: what the one shows is not what the other does. A
    /// container that gives itself another's address, and sends as if it were it, hides nothing.
    /// </summary>
    private bool AreRivals(int left, int right, in FlowKey key) => AreRivals(left, right, key.Low) || AreRivals(left, right, key.High);

    private bool AreRivals(int left, int right, AddressValue address)
    {
        (bool left, bool right) claims = default;
        foreach (long networkNamespace in _view.FindNamespaces(address))
        {
            (bool facesLeft, bool facesRight) = (
                _view.Interfaces.Faces(_indices[left], networkNamespace),
                _view.Interfaces.Faces(_indices[right], networkNamespace)
            );
            claims = (claims.left || (facesLeft && !facesRight), claims.right || (facesRight && !facesLeft));
        }

        return claims is (true, true);
    }

    private bool IsKnown(in FlowKey key) => _view.FindNamespaces(key.Low).Count + _view.FindNamespaces(key.High).Count > 0;

    private int Nearness(int slot, in FlowKey key) => Math.Max(Nearness(slot, key.Low), Nearness(slot, key.High));

    private int Nearness(int slot, AddressValue address)
    {
        IReadOnlyList<long> namespaces = _view.FindNamespaces(address);
        if (namespaces.Count == 0)
        {
            return 0;
        }

        if (_nearness.TryGetValue((slot, address), out int nearest))
        {
            return nearest;
        }

        foreach (long networkNamespace in namespaces)
        {
            if (_view.CanReach(_indices[slot], address, networkNamespace))
            {
                nearest = Math.Max(nearest, _view.Interfaces.Nearness(_indices[slot], networkNamespace, address));
            }
        }

        _nearness.Add((slot, address), nearest);
        return nearest;
    }

    // Of two that began in the same microsecond the one that was captured on first.
    private static long LatestOfEarlier(ushort slot, in FlowCounters champion) =>
        slot < champion.Key.Interface ? champion.FirstSeen : champion.FirstSeen - 1;
}
