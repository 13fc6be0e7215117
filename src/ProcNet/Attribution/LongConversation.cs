using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// A 5-tuple with so many entries that each cannot be compared with all: whoever sends a SYN and a RST again and again makes a new one each
/// time. The entries of each interface stand in the order of the table, which is mostly that of time.
/// </summary>
internal sealed class LongConversation
{
    /// <summary>Of more interfaces than this those that answer alike are taken together. A file may have thousands.</summary>
    public const int MostLanes = 64;

    private readonly Lane[] _sentByLow;
    private readonly Lane[] _sentByHigh;

    /// <summary>Sorts the entries.</summary>
    /// <param name="flows">The table.</param>
    /// <param name="places">The places of the conversation's entries, ascending.</param>
    /// <param name="kindOf">Which interfaces answer alike: a number for a slot.</param>
    /// <param name="mostLanes">From more interfaces than this on those are taken together. The answers are the same.</param>
    public LongConversation(ReadOnlySpan<FlowCounters> flows, IEnumerable<int> places, Func<ushort, int> kindOf, int mostLanes = MostLanes)
    {
        var low = new SortedDictionary<ushort, List<int>>();
        var high = new SortedDictionary<ushort, List<int>>();
        foreach (int place in places)
        {
            ref readonly FlowCounters flow = ref flows[place];
            if (flow.LowPackets > 0)
            {
                Add(low, flow.Key.Interface, place);
            }

            if (flow.HighPackets > 0)
            {
                Add(high, flow.Key.Interface, place);
            }
        }

        _sentByLow = MakeLanes(flows, low.Count > mostLanes ? Together(low, kindOf) : low, low.Count > mostLanes);
        _sentByHigh = MakeLanes(flows, high.Count > mostLanes ? Together(high, kindOf) : high, high.Count > mostLanes);
    }

    /// <summary>The entries with packets of one direction, by interface or by interfaces that answer alike.</summary>
    public IReadOnlyList<Lane> Lanes(bool sentByLow) => sentByLow ? _sentByLow : _sentByHigh;

    private static void Add(SortedDictionary<ushort, List<int>> lanes, ushort slot, int place)
    {
        if (!lanes.TryGetValue(slot, out List<int>? lane))
        {
            lanes.Add(slot, lane = []);
        }

        lane.Add(place);
    }

    /// <summary>One lane for all interfaces of a kind, under the first of them.</summary>
    private static SortedDictionary<ushort, List<int>> Together(SortedDictionary<ushort, List<int>> lanes, Func<ushort, int> kindOf)
    {
        var firstOfKind = new Dictionary<int, ushort>();
        var together = new SortedDictionary<ushort, List<int>>();
        foreach ((ushort slot, List<int> places) in lanes)
        {
            int kind = kindOf(slot);
            if (firstOfKind.TryAdd(kind, slot))
            {
                together.Add(slot, []);
            }

            together[firstOfKind[kind]].AddRange(places);
        }

        foreach (List<int> places in together.Values)
        {
            places.Sort();
        }

        return together;
    }

    private static Lane[] MakeLanes(ReadOnlySpan<FlowCounters> flows, SortedDictionary<ushort, List<int>> lanes, bool areOfSeveral)
    {
        var made = new Lane[lanes.Count];
        int next = 0;
        foreach ((ushort slot, List<int> places) in lanes)
        {
            var spans = new (long, long)[places.Count];
            for (int i = 0; i < spans.Length; i++)
            {
                spans[i] = (flows[places[i]].FirstSeen, flows[places[i]].LastSeen);
            }

            made[next++] = new Lane(slot, places, new SpanIndex(spans), areOfSeveral);
        }

        return made;
    }

    /// <summary>What one interface, or several that answer alike, showed of one direction.</summary>
    internal sealed class Lane
    {
        private readonly List<int> _places;
        private readonly SpanIndex _spans;

        /// <summary>Makes it of the entries' places and times.</summary>
        public Lane(ushort slot, List<int> places, SpanIndex spans, bool isOfSeveral)
        {
            IsOfSeveral = isOfSeveral;
            Interface = slot;
            _places = places;
            _spans = spans;
        }

        /// <summary>Whether it may have entries of other interfaces, all with higher slots.</summary>
        public bool IsOfSeveral { get; }

        /// <summary>The interface's slot.</summary>
        public ushort Interface { get; }

        /// <summary>Finds the first entry behind a place that was seen since a moment and begins not after another.</summary>
        /// <returns>Its place; <see cref="int.MaxValue"/> where there is none.</returns>
        public int FindNext(int place, long seenSince, long beginsUntil)
        {
            int from = _places.BinarySearch(place + 1);
            int found = _spans.FindFirst(from < 0 ? ~from : from, seenSince, beginsUntil);
            return found < 0 ? int.MaxValue : _places[found];
        }
    }
}
