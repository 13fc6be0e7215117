using System.Runtime.CompilerServices;
using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>Decodes packets and counts them per conversation. One thread counts at a time; the caller locks.</summary>
internal sealed class PacketMeter
{
    private const byte TcpFin = 1;
    private const byte TcpSyn = 2;
    private const byte TcpReset = 4;
    private const byte TcpAck = 16;

    // A SYN on a connection that was seen both ways and has been silent for longer than a retransmission opens a new one.
    private const long ReopenAfterMicroseconds = 3_000_000;

    // UDP's ports are given to another socket as soon as one is closed: after a pause the sockets are asked for again. Longer than the
    // slack that a look is allowed (OwnerRules), so that a socket of before is not taken for one of after.
    private const long DatagramPauseMicroseconds = 250_000;

    // In place of the sockets: nobody could be asked.
    private const ulong NotAsked = 1UL << 63;

    // Enough to hide how long memory takes, few enough for the processor's first cache.
    private const int MostWaiting = 16;

    private readonly WaitingPacket[] _waiting = new WaitingPacket[MostWaiting];
    private int _waitingCount;
    private readonly FlowTable _table;
    private readonly FragmentCache _fragments = new();
    private TrafficInterface[] _interfaces = [];
    private readonly OverflowSums _overflow = new();
    private long _nextRoomAt;
    private bool _hasMadeRoom;
    private long _packets;
    private long _bytes;

    /// <summary>Makes a meter that has counted nothing.</summary>
    /// <param name="capacity">The most conversations that it may tell apart.</param>
    public PacketMeter(int capacity = FlowTable.DefaultCapacity) => _table = new FlowTable(capacity);

    /// <summary>Is told of conversations at their first packet; null where nobody listens.</summary>
    public INewFlowObserver? Observer { get; set; }

    /// <summary>Is shown what packets carry; null where nobody asks.</summary>
    public IPayloadObserver? Payloads { get; set; }

    /// <summary>Whether the packets are of now, so that the sockets of now are theirs.</summary>
    public bool IsLive { get; set; }

    /// <summary>
    /// Whether the packets of a file tell where a conversation begins anew: <see cref="NextBegins"/> does then, and nothing that is seen of
    /// them.
    /// </summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether the next packet is the first of a conversation; a packet that is counted ends it.</summary>
    public bool NextBegins { get; set; }

    /// <summary>Whether the next packet is of a conversation that found the table full when it was captured.</summary>
    public bool NextOverflows { get; set; }

    /// <summary>The interfaces, in the order of their slots.</summary>
    public IReadOnlyList<TrafficInterface> Interfaces => _interfaces;

    /// <summary>Makes an interface known, before its first packet. Slots count up from 0.</summary>
    /// <param name="added">The interface.</param>
    public void AddInterface(TrafficInterface added)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(added.Slot, _interfaces.Length);
        _interfaces = [.. _interfaces, added];
        _overflow.AddInterface(added.Slot);
    }

    /// <summary>Counts one packet. Never throws, never allocates once the table has its size.</summary>
    /// <param name="interfaceSlot">The interface, as given to <see cref="AddInterface"/>.</param>
    /// <param name="time">The packet's time, in microseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    /// <returns>Where it was counted.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public CountedPacket Count(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        FrameDecoder.Decode(frame, wireLength, _interfaces[interfaceSlot], out DecodedFrame decoded);
        if (decoded.Part != FragmentPart.Whole)
        {
            FollowFragment(ref decoded, time);
        }

        return Count(decoded, time, frame);
    }

    /// <summary>
    /// Counts one packet a little later, together with those that follow, at the latest with <see cref="CountWaiting"/>: where there are
    /// more conversations than the processor's caches hold, each packet alone would wait for memory.
    /// </summary>
    /// <param name="interfaceSlot">The interface, as given to <see cref="AddInterface"/>.</param>
    /// <param name="time">The packet's time, in microseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes; they may change once this has returned.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void CountSoon(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        if (Payloads is not null)
        {
            // What it carries has to be looked at while it is there.
            Count(interfaceSlot, time, frame, wireLength);
            return;
        }

        ref WaitingPacket waiting = ref _waiting[_waitingCount];
        FrameDecoder.Decode(frame, wireLength, _interfaces[interfaceSlot], out waiting.Frame);
        if (waiting.Frame.Part != FragmentPart.Whole)
        {
            // What waits came before it.
            DecodedFrame part = waiting.Frame;
            CountWaiting();
            FollowFragment(ref part, time);
            Count(part, time, frame);
            return;
        }

        waiting.Time = time;
        waiting.Hash = _table.PrefetchIndex(waiting.Frame.Key);
        if (++_waitingCount == MostWaiting)
        {
            CountWaiting();
        }
    }

    /// <summary>Counts what waits.</summary>
    public void CountWaiting()
    {
        ReadOnlySpan<WaitingPacket> waiting = _waiting.AsSpan(0, _waitingCount);
        foreach (ref readonly WaitingPacket packet in waiting)
        {
            _table.PrefetchEntry(packet.Hash);
        }

        foreach (ref readonly WaitingPacket packet in waiting)
        {
            Count(packet.Frame, packet.Time, default);
        }

        _waitingCount = 0;
    }

    private CountedPacket Count(in DecodedFrame decoded, long time, ReadOnlySpan<byte> frame)
    {
        ref FlowCounters entry = ref FindEntry(decoded, time);
        if (entry.Key.Kind == FlowKind.TableFull)
        {
            AddOverflow(ref entry, decoded, time);
        }
        else
        {
            Add(ref entry, decoded, time);
            if (Payloads is not null && decoded is { TransportOffset: > 0, Key.Kind: FlowKind.Conversation })
            {
                ShowPayload(entry, decoded, time, frame);
            }
        }

        _packets++;
        _bytes += decoded.Bytes;
        return new CountedPacket(
            entry.Key.Kind == FlowKind.TableFull ? CountedPacket.TableFull : entry.Number,
            decoded.FromLow,
            decoded.Bytes
        );
    }

    private void ShowPayload(in FlowCounters entry, in DecodedFrame decoded, long time, ReadOnlySpan<byte> frame)
    {
        int begin = decoded.NetworkOffset + decoded.TransportOffset;
        int end = Math.Min(frame.Length, decoded.NetworkOffset + decoded.Bytes);
        if (begin < end)
        {
            Payloads!.OnPacket(
                decoded.Key,
                decoded.FromLow,
                time,
                decoded.FromLow ? entry.LowPackets : entry.HighPackets,
                entry.TotalPackets == 1,
                frame[begin..end]
            );
        }
    }

    /// <summary>
    /// Copies the entries of some conversations. Unlike <see cref="Snapshot"/> it shows nobody any counts: early fragments may still be
    /// moved.
    /// </summary>
    /// <param name="numbers">Their numbers; those that were taken out are left out.</param>
    /// <param name="startedAt">When counting began.</param>
    /// <param name="takenAt">Now.</param>
    public FlowSnapshot SnapshotOf(IReadOnlyList<int> numbers, long startedAt, long takenAt)
    {
        var flows = new List<FlowCounters>(numbers.Count);
        long packets = 0;
        long bytes = 0;
        foreach (int number in numbers)
        {
            ref readonly FlowCounters entry = ref _table.Find(number);
            if (!Unsafe.IsNullRef(in entry))
            {
                flows.Add(entry);
                packets += entry.TotalPackets;
                bytes += entry.TotalBytes;
            }
        }

        return new FlowSnapshot
        {
            Flows = flows.ToArray(),
            Interfaces = _interfaces,
            Packets = packets,
            Bytes = bytes,
            StartedAt = startedAt,
            TakenAt = takenAt,
        };
    }

    /// <summary>
    /// Copies the counters. The times and the drops are the source's to know. From one snapshot to the next no counter becomes less, until
    /// it is expired.
    /// </summary>
    public FlowSnapshot Snapshot(long startedAt, long takenAt, long dropped, long interfaceDropped, bool isOfThePast = false)
    {
        _fragments.OnSnapshot();
        if (_hasMadeRoom && _table.Count > _table.Capacity / 2)
        {
            // In a flood: hundreds of thousands of rows of one packet each would help nobody.
            _table.MakeRoom(_overflow);
        }

        int overflowed = 0;
        foreach (ref readonly FlowCounters sum in _overflow.Sums)
        {
            overflowed += sum.TotalPackets > 0 ? 1 : 0;
        }

        var flows = new FlowCounters[_table.Count + overflowed];
        _table.Entries.CopyTo(flows);
        int next = _table.Count;
        foreach (ref readonly FlowCounters sum in _overflow.Sums)
        {
            if (sum.TotalPackets > 0)
            {
                flows[next++] = sum;
            }
        }

        return new FlowSnapshot
        {
            Flows = flows,
            Interfaces = _interfaces,
            Packets = _packets,
            Bytes = _bytes,
            StartedAt = startedAt,
            TakenAt = takenAt,
            DroppedPackets = dropped,
            InterfaceDroppedPackets = interfaceDropped,
            IsOffline = isOfThePast,
        };
    }

    /// <summary>What was counted by now.</summary>
    public TrafficTotals Totals => new(_packets, _bytes);

    /// <summary>How full the table is: 0 to 1.</summary>
    public double Fullness => (double)_table.Count / _table.Capacity;

    /// <summary>Takes out conversations that are over: see <see cref="FlowTable.Expire"/>. The totals keep them.</summary>
    public ExpiredFlows Expire(long idleSince, long closedSince, long startedAt)
    {
        var places = new List<int>();
        FlowCounters[] flows = _table.Expire(idleSince, closedSince, places);
        long packets = 0;
        long bytes = 0;
        foreach (ref readonly FlowCounters flow in flows.AsSpan())
        {
            packets += flow.TotalPackets;
            bytes += flow.TotalBytes;
        }

        return new ExpiredFlows(
            new FlowSnapshot
            {
                Flows = flows,
                Interfaces = _interfaces,
                Packets = packets,
                Bytes = bytes,
                StartedAt = startedAt,
                TakenAt = closedSince,
            },
            places
        );
    }

    private void FollowFragment(ref DecodedFrame decoded, long time)
    {
        if (decoded.Part == FragmentPart.Later)
        {
            if (_fragments.TryFind(decoded, time, out FlowKey conversation, out bool fromLow))
            {
                decoded.Key = conversation;
                decoded.FromLow = fromLow;
            }

            return;
        }

        (long bytes, long packets) = _fragments.Remember(decoded, time);
        if (packets != 0)
        {
            MoveEarlyFragments(decoded, bytes, packets, time);
        }
    }

    /// <summary>
    /// Later fragments that overtook the first were counted as fragments: they move to its conversation, unless a snapshot has
    /// shown them.
    /// </summary>
    private void MoveEarlyFragments(in DecodedFrame first, long bytes, long packets, long time)
    {
        FlowKey key = FlowKey.Create(
            first.Key.Low,
            0,
            first.Key.High,
            0,
            first.FragmentProtocol,
            FlowKind.Fragment,
            first.Key.Interface,
            out _
        );
        _ = ref FindEntry(first, time);
        ref FlowCounters from = ref _table.GetOrAdd(key, out bool added);
        if (added)
        {
            // They found the table full, were counted as overflow, and stay there.
            return;
        }

        // Only now: adding an entry may move the others.
        int inTable = _table.Count;
        ref FlowCounters to = ref FindEntry(first, time);
        if (to.Key.Kind == FlowKind.TableFull || _table.Count != inTable)
        {
            // No room for it, or room was made: they stay fragments.
            return;
        }

        if (to.TotalPackets == 0)
        {
            to.FirstSeen = to.LastSeen = time;
        }

        if ((first.FromLow ? from.LowBytes : from.HighBytes) < bytes)
        {
            return;
        }

        if (first.FromLow)
        {
            from.LowBytes -= bytes;
            from.LowPackets -= packets;
            to.LowBytes += bytes;
            to.LowPackets += packets;
        }
        else
        {
            from.HighBytes -= bytes;
            from.HighPackets -= packets;
            to.HighBytes += bytes;
            to.HighPackets += packets;
        }
    }

    private ref FlowCounters FindEntry(in DecodedFrame decoded, long time)
    {
        if (IsMarked)
        {
            return ref FindMarked(decoded);
        }

        ref FlowCounters entry = ref GetOrAdd(decoded.Key, out bool added);

        if (!added && (decoded.TcpFlags & (TcpSyn | TcpAck)) == TcpSyn && decoded.Key.Protocol == IPProtocol.Tcp && Reopens(entry, time))
        {
            entry = ref NextGeneration(decoded.Key);
            added = true;
        }

        if (!added && IsResumed(ref entry, decoded, time))
        {
            entry = ref NextGeneration(decoded.Key);
            added = true;
        }

        if (!added && (entry.Flags & FlowFlags.Superseded) != 0)
        {
            // The connection that is over must not get the bytes of the one that found no room, or made it.
            entry = ref NextGeneration(decoded.Key);
            added = true;
        }

        if (!added)
        {
            return ref entry;
        }

        if (Unsafe.IsNullRef(ref entry))
        {
            return ref Overflow(decoded);
        }

        entry.Flags = FirstFlags(decoded);
        if (decoded.Key.Kind == FlowKind.Conversation)
        {
            Observer?.OnNewFlow(decoded.Key, decoded.FromLow, time, IndexOf(decoded.Key));
            if (IsLive && IsDatagram(decoded.Key))
            {
                entry.Sockets = Observer?.IdentifySockets(decoded.Key, decoded.FromLow, IndexOf(decoded.Key)) ?? NotAsked;
            }
        }

        return ref entry;
    }

    /// <summary>Finds the newest entry of a key, or adds one; a null reference where there is no room and none can be made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref FlowCounters GetOrAdd(in FlowKey key, out bool added)
    {
        ref FlowCounters entry = ref _table.GetOrAdd(key, out added);
        if (added && Unsafe.IsNullRef(ref entry) && TryMakeRoom())
        {
            entry = ref _table.GetOrAdd(key, out added);
        }

        return ref entry;
    }

    /// <summary>
    /// Lets conversations of few packets make room. Where there are none it is not tried again before as many packets as make a
    /// conversation out of a quarter of the table.
    /// </summary>
    private bool TryMakeRoom()
    {
        if (_packets < _nextRoomAt)
        {
            return false;
        }

        if (_table.MakeRoom(_overflow))
        {
            _hasMadeRoom = true;
            return true;
        }

        _nextRoomAt = _packets + _table.Capacity;
        return false;
    }

    private ref FlowCounters NextGeneration(in FlowKey key)
    {
        ref FlowCounters entry = ref _table.AddGeneration(key);
        if (Unsafe.IsNullRef(ref entry) && TryMakeRoom())
        {
            // The one before may have made room too.
            entry = ref _table.GetOrAdd(key, out bool isNew);
            if (!isNew)
            {
                entry = ref _table.AddGeneration(key);
            }
        }

        return ref entry;
    }

    private static FlowFlags FirstFlags(in DecodedFrame decoded) =>
        (decoded.FromLow ? FlowFlags.LowSentFirst : FlowFlags.None) | (decoded.IsSent ? FlowFlags.FirstSentFromHere : FlowFlags.None);

    private ref FlowCounters Overflow(in DecodedFrame decoded) =>
        ref _overflow.Of(
            decoded.Key.Kind is FlowKind.Conversation or FlowKind.Fragment
                ? OverflowSums.KeyOf(decoded.IsSent == decoded.FromLow ? decoded.Key.High : decoded.Key.Low, decoded.Key.Interface)
                : OverflowSums.RestOf(decoded.Key.Interface)
        );

    /// <summary>Finds the entry of a packet of a file that tells where conversations begin.</summary>
    private ref FlowCounters FindMarked(in DecodedFrame decoded)
    {
        if (NextOverflows)
        {
            return ref Overflow(decoded);
        }

        ref FlowCounters entry = ref GetOrAdd(decoded.Key, out bool added);

        if (!added && NextBegins && decoded.Key.Kind == FlowKind.Conversation && entry.TotalPackets > 0)
        {
            NextBegins = false;
            entry = ref NextGeneration(decoded.Key);
            added = true;
        }

        if (Unsafe.IsNullRef(ref entry))
        {
            return ref Overflow(decoded);
        }

        if (added)
        {
            entry.Flags = FirstFlags(decoded);
        }

        return ref entry;
    }

    /// <summary>
    /// Whether a conversation of datagrams goes on after a pause with other sockets than before: with another one, with the first where
    /// there was none, or with none any more. Where there was none and is none (a closed port, a tunnel of the kernel's) nothing has
    /// changed hands.
    /// </summary>
    private bool IsResumed(ref FlowCounters entry, in DecodedFrame decoded, long time) =>
        IsLive
        && time - entry.LastSeen > DatagramPauseMicroseconds
        && decoded.Key.Kind == FlowKind.Conversation
        && IsDatagram(decoded.Key)
        && entry.TotalPackets > 0
        && Observer?.IdentifySockets(decoded.Key, decoded.FromLow, IndexOf(decoded.Key)) is { } sockets
        && IsOther(ref entry, sockets);

    private static bool IsOther(ref FlowCounters entry, ulong sockets)
    {
        if (entry.Sockets == NotAsked)
        {
            // Too many came at once to ask about the first packet of each: what is seen now may have been there then.
            entry.Sockets = sockets;
        }

        return entry.Sockets != sockets;
    }

    private int IndexOf(in FlowKey key) => _interfaces[key.Interface].Index;

    private static bool IsDatagram(in FlowKey key) => key.Protocol is IPProtocol.Udp or IPProtocol.UdpLite;

    private static bool Reopens(in FlowCounters entry, long time) =>
        (entry.Flags & FlowFlags.Closing) != 0
        || (entry.LowPackets > 0 && entry.HighPackets > 0 && time - entry.LastSeen > ReopenAfterMicroseconds);

    /// <summary>Of a sum Low stands for this host, as far as the link header tells.</summary>
    private static void AddOverflow(ref FlowCounters sum, DecodedFrame decoded, long time)
    {
        decoded.FromLow = decoded.Key.Kind is FlowKind.Conversation or FlowKind.Fragment ? decoded.IsSent : decoded.FromLow;
        decoded.TcpFlags = 0;
        Add(ref sum, decoded, time);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref FlowCounters entry, in DecodedFrame decoded, long time)
    {
        // Packets of several processors come a little out of order, those of a savefile as they like. Zero is a time too.
        if (entry.TotalPackets == 0)
        {
            entry.FirstSeen = entry.LastSeen = time;
        }
        else if (time > entry.LastSeen)
        {
            entry.LastSeen = time;
        }
        else if (time < entry.FirstSeen)
        {
            entry.FirstSeen = time;
        }

        if (decoded.FromLow)
        {
            entry.LowBytes += decoded.Bytes;
            entry.LowPackets++;
        }
        else
        {
            entry.HighBytes += decoded.Bytes;
            entry.HighPackets++;
        }

        if (decoded.IsSent)
        {
            entry.Flags |= decoded.FromLow ? FlowFlags.LowSentFromHere : FlowFlags.HighSentFromHere;
        }

        if ((decoded.TcpFlags & (TcpFin | TcpReset)) != 0)
        {
            entry.Flags |= FlowFlags.Closing;
        }
        else if ((decoded.TcpFlags & (TcpSyn | TcpAck)) == TcpSyn)
        {
            entry.Flags |= decoded.FromLow ? FlowFlags.LowOpened : FlowFlags.HighOpened;
        }
    }

    private struct WaitingPacket
    {
        public DecodedFrame Frame;
        public long Time;
        public int Hash;
    }
}
