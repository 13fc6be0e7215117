using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// A 5-tuple with so many entries that each cannot be compared with all: whoever sends a SYN and a RST again and again makes a new one each time. The
/// entries of each interface stand in the order of the table, which is mostly that of time.
/// </summary>
internal sealed class LongConversation
{
    private readonly Lane[] _sentByLow;
    private readonly Lane[] _sentByHigh;

    /// <summary>Sorts the entries.</summary>
    /// <param name="flows">The table.</param>
    /// <param name="places">The places of the conversation's entries, ascending.</param>
    public LongConversation(ReadOnlySpan<FlowCounters> flows, IEnumerable<int> places)
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

        _sentByLow = MakeLanes(flows, low);
        _sentByHigh = MakeLanes(flows, high);
    }

    /// <summary>The entries with packets of one direction, by interface.</summary>
    public IReadOnlyList<Lane> Lanes(bool sentByLow) => sentByLow ? _sentByLow : _sentByHigh;

    private static void Add(SortedDictionary<ushort, List<int>> lanes, ushort slot, int place)
    {
        if (!lanes.TryGetValue(slot, out List<int>? lane))
        {
            lanes.Add(slot, lane = []);
        }

        lane.Add(place);
    }

    private static Lane[] MakeLanes(ReadOnlySpan<FlowCounters> flows, SortedDictionary<ushort, List<int>> lanes)
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

            made[next++] = new Lane(slot, places, new SpanIndex(spans));
        }

        return made;
    }

    /// <summary>What one interface showed of one direction.</summary>
    internal sealed class Lane
    {
        private readonly List<int> _places;
        private readonly SpanIndex _spans;

        /// <summary>Makes it of the entries' places and times.</summary>
        public Lane(ushort slot, List<int> places, SpanIndex spans)
        {
            Interface = slot;
            _places = places;
            _spans = spans;
        }

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
