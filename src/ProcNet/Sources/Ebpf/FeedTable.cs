using System.Runtime.InteropServices;
using ProcNet.Flows;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// What the feed has counted since it began: the kernel's entries, and what those held that were removed there. Entries keep their
/// place. Bounded: what finds it full is summed as overflow. Not thread-safe.
/// </summary>
internal sealed class FeedTable
{
    // A scan, a query and its answer have fewer; what has more carries something.
    private const int MostPacketsOfFew = 15;
    private const int UsualPacket = 1500;

    // How many processes have a sum of what made room.
    private const int MostProcesses = 4096;

    private readonly int _capacity;
    private readonly Dictionary<FeedFlowKey, int> _places = [];
    private readonly Dictionary<(FlowKey, uint), bool> _firstViews = [];
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<(EbpfProcess, bool IsSecondView), int> _sums = [];
    private readonly OverflowSums _overflow = new();
    private int _lastNumber;
    private long _expiredPackets;
    private long _expiredBytes;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">The most entries that it may hold.</param>
    public FeedTable(int capacity = FlowTable.DefaultCapacity)
    {
        _capacity = capacity;
        _overflow.AddInterface(0);
    }

    /// <summary>
    /// Turns the kernel's time into the summary's, as the two clocks stand now: set before what was counted is noted. A packet keeps the
    /// time that it was noted with, as its capture does, though the system clock be set later.
    /// </summary>
    public MonotonicClock Clock { get; set; }

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>How full it is: 0 to 1.</summary>
    public double Fullness => (double)_entries.Count / _capacity;

    /// <summary>Whether what comes new is summed as overflow.</summary>
    public bool IsFull => _entries.Count >= _capacity;

    /// <summary>Notes what an entry in the kernel holds now.</summary>
    /// <returns>
    /// False where there is no place for it: it must be taken out of the kernel and given to <see cref="AddOverflow"/>. See
    /// <see cref="MakeRoom"/>.
    /// </returns>
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
    public void AddOverflow(in FeedFlowKey key, in FeedFlow flow)
    {
        Entry entry = Describe(key, flow);
        entry.Note(flow, Clock);
        Sum(entry);
    }

    /// <summary>
    /// Takes out conversations of few packets of which the kernel has none any more, and sums them: by their user, where one was seen and
    /// it is one of the first <see cref="MostProcesses"/>, else by network. A flood of them must not hide those that carry bytes.
    /// </summary>
    public void MakeRoom()
    {
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        int old = entries.Length - (entries.Length / 4);
        List<int> places = [];
        for (int i = 0; i < old; i++)
        {
            ref readonly Entry entry = ref entries[i];
            if (entry.Current.IsEmpty && entry.Key.Kind != FlowKind.Expired && entry.IsFew)
            {
                places.Add(i);
            }
        }

        if (places.Count < Math.Max(1, _capacity / 16))
        {
            return;
        }

        foreach (int place in places)
        {
            Sum(_entries[place]);
        }

        TakeOut(places);
    }

    /// <summary>What was counted by now: each packet once, though both its ends were counted at.</summary>
    /// <param name="lost">What found the kernel's own table full.</param>
    public TrafficTotals SumUp(FeedLosses lost)
    {
        long packets = _expiredPackets + lost.SentPackets + lost.ReceivedPackets;
        long bytes = _expiredBytes + lost.SentBytes + lost.ReceivedBytes;
        foreach (ref readonly FlowCounters sum in _overflow.Sums)
        {
            packets += sum.TotalPackets;
            bytes += sum.TotalBytes;
        }

        foreach (ref readonly Entry entry in CollectionsMarshal.AsSpan(_entries))
        {
            if (!entry.End.IsSecondView)
            {
                packets += entry.SentPackets + entry.ReceivedPackets;
                bytes += entry.SentBytes + entry.ReceivedBytes;
            }
        }

        return new TrafficTotals(packets, bytes);
    }

    /// <summary>Copies the counters.</summary>
    /// <param name="lost">What found the kernel's own table full.</param>
    /// <param name="interfaces">The one interface of the feed.</param>
    /// <param name="startedAt">When counting began, microseconds since 1970 UTC.</param>
    /// <param name="takenAt">When the kernel was asked.</param>
    /// <param name="leavesFew">Leaves out those of few packets, whoever's.</param>
    /// <param name="since">Leaves out what had no packet since (in microseconds since 1970 UTC) and is no listener's.</param>
    public FlowSnapshot Copy(
        FeedLosses lost,
        IReadOnlyList<TrafficInterface> interfaces,
        long startedAt,
        long takenAt,
        long since = long.MinValue,
        bool leavesFew = false
    )
    {
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        FlowCounters[] overflow = Overflow(lost, takenAt);
        int count = 0;
        foreach (ref readonly Entry entry in entries)
        {
            count += entry.IsOf(since, leavesFew) ? 1 : 0;
        }

        var flows = new FlowCounters[count + overflow.Length];
        var ends = new SocketCounters[count];
        int next = 0;
        foreach (ref Entry entry in entries)
        {
            if (entry.IsOf(since, leavesFew))
            {
                entry.Tell();
                flows[next] = entry.ToCounters();
                ends[next++] = entry.End;
            }
        }

        overflow.CopyTo(flows, count);
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
    /// Takes out the entries without a packet since a time, of which the kernel has none any more. The others keep their order, and the
    /// totals of later copies still include those.
    /// </summary>
    /// <param name="silentSince">The time, CLOCK_MONOTONIC, nanoseconds.</param>
    /// <param name="interfaces">The one interface of the feed.</param>
    /// <param name="startedAt">When counting began, microseconds since 1970 UTC.</param>
    /// <param name="takenAt">Now.</param>
    public ExpiredFlows ExpireSilent(long silentSince, IReadOnlyList<TrafficInterface> interfaces, long startedAt, long takenAt)
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
            if (entry.IsSilent(silentSince))
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
            Flows = flows.ToArray(),
            Sockets = ends.ToArray(),
            Interfaces = interfaces,
            Packets = packets,
            Bytes = bytes,
            StartedAt = startedAt,
            TakenAt = takenAt,
        };
        return new ExpiredFlows(snapshot, places);
    }

    /// <summary>The same for who needs no copy of them.</summary>
    public void DropSilent(long silentSince)
    {
        List<int> places = [];
        ReadOnlySpan<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly Entry entry = ref entries[i];
            if (entry.IsSilent(silentSince))
            {
                places.Add(i);
                _expiredPackets += entry.End.IsSecondView ? 0 : entry.SentPackets + entry.ReceivedPackets;
                _expiredBytes += entry.End.IsSecondView ? 0 : entry.SentBytes + entry.ReceivedBytes;
            }
        }

        if (places.Count > 0)
        {
            TakeOut(places);
        }
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
            if (entry.Key.Kind == FlowKind.Expired)
            {
                _sums[(entry.End.User, entry.End.IsSecondView)] = kept;
            }
            else
            {
                _firstViews.TryAdd(ViewOf(entry.Key, entry.End.NetworkNamespace), entry.End.LocalIsLow != entry.End.IsSecondView);
            }

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

    private FlowCounters[] Overflow(FeedLosses lost, long takenAt)
    {
        var sums = new List<FlowCounters>();
        foreach (FlowCounters sum in _overflow.Sums)
        {
            FlowCounters shown = sum;
            if (shown.Key.Equals(OverflowSums.RestOf(0)))
            {
                shown.LowBytes += lost.SentBytes;
                shown.HighBytes += lost.ReceivedBytes;
                shown.LowPackets += lost.SentPackets;
                shown.HighPackets += lost.ReceivedPackets;
                shown.LastSeen = takenAt;
                shown.FirstSeen = sum.TotalPackets == 0 ? takenAt : sum.FirstSeen;
            }

            if (shown.TotalPackets > 0)
            {
                sums.Add(shown);
            }
        }

        return [.. sums];
    }

    /// <summary>Adds the counts of an entry to its user's sum, or to its network's.</summary>
    private void Sum(in Entry entry)
    {
        FlowCounters counters = entry.ToCounters();
        if (!entry.End.User.IsNobody && PlaceOfSum(entry) is { } place)
        {
            CollectionsMarshal.AsSpan(_entries)[place].AddSum(OverflowSums.ToSum(counters, entry.End.LocalIsLow));
        }
        else if (!entry.End.IsSecondView)
        {
            _overflow.AddSum(OverflowSums.ToSum(counters, entry.End.LocalIsLow));
        }
    }

    private int? PlaceOfSum(in Entry entry)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (entry.End.User, entry.End.IsSecondView), out bool known);
        if (known)
        {
            return place;
        }

        if (_sums.Count > MostProcesses)
        {
            _sums.Remove((entry.End.User, entry.End.IsSecondView));
            return null;
        }

        place = _entries.Count;
        _entries.Add(
            new Entry
            {
                Key = FlowKey.Special(FlowKind.Expired, 0, 0),
                Number = ++_lastNumber,
                FirstSeen = entry.FirstSeen,
                End = new SocketCounters
                {
                    Cookie = 0,
                    User = entry.End.User,
                    Creator = default,
                    NetworkNamespace = 0,
                    LocalIsLow = true,
                    IsSecondView = entry.End.IsSecondView,
                    IsListener = false,
                    IsConnected = false,
                    IsInherited = false,
                },
            }
        );
        return place;
    }

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
                key.Local,
                key.LocalPort,
                key.Remote,
                isIcmp ? key.LocalPort : key.RemotePort,
                key.Protocol,
                FlowKind.Conversation,
                0,
                out localIsLow
            );
        }

        return new Entry
        {
            Key = flowKey,
            Number = ++_lastNumber,
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
        public int Number;

        /// <summary>How many conversations a sum is of.</summary>
        public int Conversations;
        private long _lastSeen;
        private long _notedLast;
        private long _toldBytes;
        private long _toldPackets;

        public void Note(in FeedFlow now, MonotonicClock clock)
        {
            Current = now;
            if (now.LastSeen != _notedLast)
            {
                _notedLast = now.LastSeen;
                _lastSeen = clock.ToUnixMicroseconds(now.LastSeen);
            }
        }

        /// <summary>Whether the kernel has none of it any more, and it had no packet since a time (CLOCK_MONOTONIC, nanoseconds).</summary>
        public readonly bool IsSilent(long since) => Current.IsEmpty && Key.Kind != FlowKind.Expired && Expired.LastSeen < since;

        /// <summary>Whether it had a packet since a time, or is a listener's.</summary>
        public readonly bool IsOf(long since, bool leavesFew) =>
            End.IsListener || ((_lastSeen >= since || FirstSeen >= since) && !(leavesFew && IsFew));

        /// <summary>Whether it has few packets, and few bytes: a scan, a query and its answer.</summary>
        public readonly bool IsFew =>
            SentPackets + ReceivedPackets <= MostPacketsOfFew && SentBytes + ReceivedBytes <= MostPacketsOfFew * UsualPacket;

        /// <summary>What left: without what was dropped behind the count, but never less than was told before it was dropped.</summary>
        public readonly long SentBytes =>
            Math.Max(_toldBytes, Expired.SentBytes + Current.SentBytes - Expired.DroppedBytes - Current.DroppedBytes);

        public readonly long SentPackets =>
            Math.Max(_toldPackets, Expired.SentPackets + Current.SentPackets - Expired.DroppedPackets - Current.DroppedPackets);

        public readonly long ReceivedBytes => Expired.ReceivedBytes + Current.ReceivedBytes;

        public readonly long ReceivedPackets => Expired.ReceivedPackets + Current.ReceivedPackets;

        /// <summary>Notes that its counts are told: a sample is the difference of two of them.</summary>
        public void Tell() => (_toldBytes, _toldPackets) = (SentBytes, SentPackets);

        /// <summary>Adds to a sum.</summary>
        public void AddSum(in FlowCounters moved)
        {
            Conversations++;
            Expired.SentBytes += moved.LowBytes;
            Expired.SentPackets += moved.LowPackets;
            Expired.ReceivedBytes += moved.HighBytes;
            Expired.ReceivedPackets += moved.HighPackets;
            FirstSeen = Math.Min(FirstSeen, moved.FirstSeen);
            _lastSeen = Math.Max(_lastSeen, moved.LastSeen);
        }

        public readonly FlowCounters ToCounters()
        {
            (long sentBytes, long sentPackets) = (SentBytes, SentPackets);
            (long receivedBytes, long receivedPackets) = (ReceivedBytes, ReceivedPackets);
            return new FlowCounters
            {
                Key = Key,
                Number = Number,
                Generation = Conversations,
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
