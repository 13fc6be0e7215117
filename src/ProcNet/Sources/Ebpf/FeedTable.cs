using System.Runtime.InteropServices;
using ProcNet.Flows;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// What the feed has counted since it began: the kernel's entries, and what those held that were removed there. Entries keep their
/// place. Bounded: what finds it full is summed as overflow. Not thread-safe.
/// </summary>
internal sealed class FeedTable
{
    private readonly int _capacity;
    private readonly Dictionary<FeedFlowKey, int> _places = [];
    private readonly Dictionary<(FlowKey, uint), bool> _firstViews = [];
    private readonly List<Entry> _entries = [];
    private FeedFlow _overflow;
    private long _expiredPackets;
    private long _expiredBytes;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">The most entries that it may hold.</param>
    public FeedTable(int capacity = FlowTable.DefaultCapacity) => _capacity = capacity;

    /// <summary>
    /// Turns the kernel's time into the summary's, as the two clocks stand now: set before what was counted is noted. A packet keeps the time that it was noted
    /// with, as its capture does, though the system clock be set later.
    /// </summary>
    public MonotonicClock Clock { get; set; }

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>How full it is: 0 to 1.</summary>
    public double Fullness => (double)_entries.Count / _capacity;

    /// <summary>Whether what comes new is summed as overflow.</summary>
    public bool IsFull => _entries.Count >= _capacity;

    /// <summary>Notes what an entry in the kernel holds now.</summary>
    /// <returns>False where there is no place for it: it must be taken out of the kernel and given to <see cref="AddOverflow"/>.</returns>
    public bool Record(in FeedFlowKey key, in FeedFlow now)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, key, out bool known);
        if (!known)
        {
            if (IsFull)
            {
                _places.Remove(key);
                return false;
            }

            place = _entries.Count;
            _entries.Add(Describe(key, now));
        }

        CollectionsMarshal.AsSpan(_entries)[place].Note(now, Clock);
        return true;
    }

    /// <summary>Whether the last packet of an entry came before a time (CLOCK_MONOTONIC, nanoseconds).</summary>
    public bool IsSilent(in FeedFlowKey key, long since) => _entries[_places[key]].Current.LastSeen < since;

    /// <summary>Notes that an entry was removed from the kernel, and what it held at that moment.</summary>
    public void Expire(in FeedFlowKey key, in FeedFlow last)
    {
        ref Entry entry = ref CollectionsMarshal.AsSpan(_entries)[_places[key]];
        entry.Note(last, Clock);
        entry.Expired.Add(last);
        entry.Current = default;
    }

    /// <summary>Adds what has no entry here.</summary>
    public void AddOverflow(in FeedFlow flow) => _overflow.Add(flow);

    /// <summary>What was counted by now: each packet once, though both its ends were counted at.</summary>
    /// <param name="lost">What found the kernel's own table full.</param>
    public TrafficTotals SumUp(FeedLosses lost)
    {
        FlowCounters overflow = Overflow(lost, 0);
        long packets = _expiredPackets + overflow.TotalPackets;
        long bytes = _expiredBytes + overflow.TotalBytes;
        foreach (ref readonly Entry entry in CollectionsMarshal.AsSpan(_entries))
        {
            if (!entry.End.IsSecondView)
            {
                packets += entry.Expired.TotalPackets + entry.Current.TotalPackets;
                bytes += entry.Expired.TotalBytes + entry.Current.TotalBytes;
            }
        }

        return new TrafficTotals(packets, bytes);
    }

    /// <summary>Copies the counters.</summary>
    /// <param name="lost">What found the kernel's own table full.</param>
    /// <param name="interfaces">The one interface of the feed.</param>
    /// <param name="startedAt">When counting began, microseconds since 1970 UTC.</param>
    /// <param name="takenAt">When the kernel was asked.</param>
    public FlowSnapshot Copy(
        FeedLosses lost, IReadOnlyList<TrafficInterface> interfaces, long startedAt, long takenAt)
    {
        ReadOnlySpan<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        FlowCounters overflow = Overflow(lost, takenAt);
        var flows = new FlowCounters[entries.Length + (overflow.TotalPackets > 0 ? 1 : 0)];
        var ends = new SocketCounters[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            flows[i] = entries[i].ToCounters();
            ends[i] = entries[i].End;
        }

        if (flows.Length > entries.Length)
        {
            flows[^1] = overflow;
        }

        TrafficTotals totals = SumUp(lost);
        return new FlowSnapshot
        {
            Flows = flows,
            Sockets = ends,
            Interfaces = interfaces,
            Packets = totals.Packets,
            Bytes = totals.Bytes,
            StartedAt = startedAt,
            TakenAt = takenAt,
        };
    }

    /// <summary>
    /// Takes out the entries without a packet since a time, of which the kernel has none any more. The others keep their order, and the totals
    /// of later copies still include those.
    /// </summary>
    /// <param name="silentSince">The time, CLOCK_MONOTONIC, nanoseconds.</param>
    /// <param name="interfaces">The one interface of the feed.</param>
    /// <param name="startedAt">When counting began, microseconds since 1970 UTC.</param>
    /// <param name="takenAt">Now.</param>
    public ExpiredFlows ExpireSilent(
        long silentSince, IReadOnlyList<TrafficInterface> interfaces, long startedAt, long takenAt)
    {
        List<FlowCounters> flows = [];
        List<SocketCounters> ends = [];
        List<int> places = [];
        long packets = 0;
        long bytes = 0;
        ReadOnlySpan<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly Entry entry = ref entries[i];
            if (entry.Current.IsEmpty && entry.Expired.LastSeen < silentSince)
            {
                FlowCounters flow = entry.ToCounters();
                flows.Add(flow);
                ends.Add(entry.End);
                places.Add(i);
                packets += entry.End.IsSecondView ? 0 : flow.TotalPackets;
                bytes += entry.End.IsSecondView ? 0 : flow.TotalBytes;
            }
        }

        if (places.Count > 0)
        {
            TakeOut(places);
        }

        _expiredPackets += packets;
        _expiredBytes += bytes;
        var snapshot = new FlowSnapshot
        {
            Flows = flows.ToArray(), Sockets = ends.ToArray(), Interfaces = interfaces, Packets = packets, Bytes = bytes,
            StartedAt = startedAt, TakenAt = takenAt,
        };
        return new ExpiredFlows(snapshot, places);
    }

    /// <summary>Closes the gaps.</summary>
    /// <param name="places">The places of those that go, ascending.</param>
    private void TakeOut(List<int> places)
    {
        const int Gone = -1;
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        var moved = new int[entries.Length];
        _firstViews.Clear();
        int kept = 0;
        int next = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (next < places.Count && places[next] == i)
            {
                next++;
                moved[i] = Gone;
                continue;
            }

            ref readonly Entry entry = ref entries[i];
            _firstViews.TryAdd(ViewOf(entry.Key, entry.End.NetworkNamespace), entry.End.LocalIsLow != entry.End.IsSecondView);
            moved[i] = kept;
            entries[kept++] = entry;
        }

        CollectionsMarshal.SetCount(_entries, kept);
        foreach (FeedFlowKey key in _places.Keys)
        {
            // Changing and removing are allowed here: neither moves what the enumerator has before it (Dictionary, since .NET Core 3.0).
            ref int place = ref CollectionsMarshal.GetValueRefOrNullRef(_places, key);
            place = moved[place];
            if (place == Gone)
            {
                _places.Remove(key);
            }
        }
    }

    private FlowCounters Overflow(FeedLosses lost, long takenAt) => new()
    {
        Key = FlowKey.Special(FlowKind.TableFull, 0, 0),
        LowBytes = _overflow.SentBytes + lost.SentBytes,
        HighBytes = _overflow.ReceivedBytes + lost.ReceivedBytes,
        LowPackets = _overflow.SentPackets + lost.SentPackets,
        HighPackets = _overflow.ReceivedPackets + lost.ReceivedPackets,
        FirstSeen = takenAt,
        LastSeen = takenAt,
    };

    private Entry Describe(in FeedFlowKey key, in FeedFlow now)
    {
        FlowKey flowKey;
        bool localIsLow = true;
        if (key.Family == FeedFlowKey.PacketFamily)
        {
            flowKey = FlowKey.Special(FlowKind.NotIP, 0, 0);
        }
        else
        {
            bool isIcmp = key.Protocol is (byte)TransportProtocol.Icmp or (byte)TransportProtocol.IcmpV6;
            flowKey = FlowKey.Create(
                key.Local, key.LocalPort, key.Remote, isIcmp ? key.LocalPort : key.RemotePort,
                key.Protocol, FlowKind.Conversation, 0, out localIsLow);
        }

        return new Entry
        {
            Key = flowKey,
            End = new SocketCounters
            {
                Cookie = key.Cookie,
                User = key.User,
                Creator = now.Creator,
                NetworkNamespace = now.NetworkNamespace,
                LocalIsLow = localIsLow,
                IsSecondView = IsSecondView(flowKey, localIsLow, now.NetworkNamespace),
                IsListener = now.IsListener,
                IsConnected = now.IsConnected,
                IsInherited = now.IsInherited,
                IsHostsNamespace = now.NetworkNamespace != 0 && !now.IsUsersNamespace,
            },
            FirstSeen = Clock.ToUnixMicroseconds(now.FirstSeen),
        };
    }

    /// <summary>Whether the other endpoint of the same conversation came before. Loopback addresses are others in each namespace.</summary>
    private bool IsSecondView(FlowKey key, bool localIsLow, uint networkNamespace)
    {
        if (key.Kind != FlowKind.Conversation)
        {
            return false;
        }

        ref bool first = ref CollectionsMarshal.GetValueRefOrAddDefault(_firstViews, ViewOf(key, networkNamespace), out bool known);
        if (!known)
        {
            first = localIsLow;
        }

        return first != localIsLow;
    }

    private static (FlowKey, uint) ViewOf(FlowKey key, uint networkNamespace) =>
        (key, key.Low.IsLoopback || key.High.IsLoopback ? networkNamespace : 0);

    private struct Entry
    {
        public FlowKey Key;
        public SocketCounters End;
        public FeedFlow Expired;
        public FeedFlow Current;
        public long FirstSeen;
        private long _lastSeen;
        private long _notedLast;

        public void Note(in FeedFlow now, MonotonicClock clock)
        {
            Current = now;
            if (now.LastSeen != _notedLast)
            {
                _notedLast = now.LastSeen;
                _lastSeen = clock.ToUnixMicroseconds(now.LastSeen);
            }
        }

        public readonly FlowCounters ToCounters()
        {
            long sentBytes = Expired.SentBytes + Current.SentBytes;
            long receivedBytes = Expired.ReceivedBytes + Current.ReceivedBytes;
            long sentPackets = Expired.SentPackets + Current.SentPackets;
            long receivedPackets = Expired.ReceivedPackets + Current.ReceivedPackets;
            return new FlowCounters
            {
                Key = Key,
                LowBytes = End.LocalIsLow ? sentBytes : receivedBytes,
                HighBytes = End.LocalIsLow ? receivedBytes : sentBytes,
                LowPackets = End.LocalIsLow ? sentPackets : receivedPackets,
                HighPackets = End.LocalIsLow ? receivedPackets : sentPackets,
                FirstSeen = FirstSeen,

                // The coarse clock may stand a tick behind.
                LastSeen = Math.Max(FirstSeen, _lastSeen),
            };
        }
    }
}
