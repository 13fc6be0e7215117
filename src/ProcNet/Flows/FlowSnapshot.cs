namespace ProcNet.Flows;

/// <summary>A consistent copy of a source's counters at one moment.</summary>
internal sealed class FlowSnapshot
{
    /// <summary>
    /// All entries: conversations, and the packets that belong to none. Their sum is <see cref="Packets"/> and
    /// <see cref="Bytes"/>.
    /// </summary>
    public required ReadOnlyMemory<FlowCounters> Flows { get; init; }

    /// <summary>
    /// Of an interval: the entries as they stood at its end, counted from the start, in the same places. Empty where
    /// <see cref="Flows"/> are that.
    /// </summary>
    public ReadOnlyMemory<FlowCounters> SinceTheStart { get; init; }

    /// <summary>
    /// Of a source that counts at sockets: whose view each entry is, in the order of <see cref="Flows"/> (entries of
    /// <see cref="FlowKind.TableFull"/> come after them and have none). Else empty.
    /// </summary>
    public ReadOnlyMemory<SocketCounters> Sockets { get; init; }

    /// <summary>The interfaces that the keys' slots name.</summary>
    public required IReadOnlyList<TrafficInterface> Interfaces { get; init; }

    /// <summary>Packets counted.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes counted, from the first byte of the IP header.</summary>
    public required long Bytes { get; init; }

    /// <summary>Packets that the kernel dropped before they could be counted.</summary>
    public long DroppedPackets { get; init; }

    /// <summary>Packets that the interfaces dropped.</summary>
    public long InterfaceDroppedPackets { get; init; }

    /// <summary>Whether the packets were captured before the sockets were looked at: a savefile.</summary>
    public bool IsOffline { get; init; }

    /// <summary>When counting began, in microseconds since 1970 UTC; of a savefile, the first packet's time.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When the copy was made, or counting ended; of a savefile, the last packet's time.</summary>
    public required long TakenAt { get; init; }

    /// <summary>What came after an earlier snapshot of the same source. Entries keep their order from one snapshot to the next.</summary>
    public FlowSnapshot Since(FlowSnapshot earlier)
    {
        ReadOnlySpan<FlowCounters> before = earlier.Flows.Span;
        FlowCounters[] flows = Flows.ToArray();
        int beforeInOrder = 0;
        while (beforeInOrder < before.Length && before[beforeInOrder].Key.Kind != FlowKind.TableFull)
        {
            beforeInOrder++;
        }

        int next = 0;
        int inOrder = 0;
        for (; inOrder < flows.Length && flows[inOrder].Key.Kind != FlowKind.TableFull; inOrder++)
        {
            while (next < beforeInOrder && before[next].Number < flows[inOrder].Number)
            {
                next++;
            }

            if (next < beforeInOrder && before[next].Number == flows[inOrder].Number)
            {
                Subtract(ref flows[inOrder], before[next++]);
            }
        }

        Span<FlowCounters> sums = flows.AsSpan(inOrder);
        foreach (ref FlowCounters sum in sums)
        {
            SubtractOverflow(ref sum, before[beforeInOrder..]);
        }

        SubtractMoved(flows, before[..beforeInOrder], earlier.Sockets.Span);

        return new FlowSnapshot
        {
            Flows = flows,
            SinceTheStart = Flows,
            Sockets = Sockets,
            Interfaces = Interfaces,
            Packets = Packets - earlier.Packets,
            Bytes = Bytes - earlier.Bytes,
            DroppedPackets = DroppedPackets - earlier.DroppedPackets,
            InterfaceDroppedPackets = InterfaceDroppedPackets - earlier.InterfaceDroppedPackets,
            IsOffline = IsOffline,
            StartedAt = earlier.TakenAt,
            TakenAt = TakenAt,
        };
    }

    /// <summary>
    /// The same without entries that were expired later, which have rows of their own still. They must have had no packet
    /// since.
    /// </summary>
    public FlowSnapshot Without(FlowSnapshot expired)
    {
        ReadOnlySpan<FlowCounters> gone = expired.Flows.Span;
        ReadOnlySpan<FlowCounters> all = Flows.Span;
        ReadOnlySpan<SocketCounters> allEnds = Sockets.Span;
        var kept = new List<FlowCounters>(all.Length);
        var keptEnds = new List<SocketCounters>(allEnds.Length);
        int next = 0;
        for (int i = 0; i < all.Length; i++)
        {
            while (next < gone.Length && gone[next].Number < all[i].Number)
            {
                next++;
            }

            if (all[i].Key.Kind == FlowKind.TableFull || next == gone.Length || gone[next].Number != all[i].Number)
            {
                kept.Add(all[i]);
                if (i < allEnds.Length)
                {
                    keptEnds.Add(allEnds[i]);
                }
            }
        }

        return new FlowSnapshot
        {
            Flows = kept.ToArray(),
            Sockets = keptEnds.ToArray(),
            Interfaces = Interfaces,
            Packets = Packets,
            Bytes = Bytes,
            DroppedPackets = DroppedPackets,
            InterfaceDroppedPackets = InterfaceDroppedPackets,
            IsOffline = IsOffline,
            StartedAt = StartedAt,
            TakenAt = TakenAt,
        };
    }

    /// <summary>What made room since is in the sums now, and was shown in a row of its own before.</summary>
    private void SubtractMoved(Span<FlowCounters> flows, ReadOnlySpan<FlowCounters> before, ReadOnlySpan<SocketCounters> ends)
    {
        Dictionary<(EbpfProcess, bool), int>? processes = null;
        int at = 0;
        for (int i = 0; i < before.Length; i++)
        {
            while (at < flows.Length && flows[at].Key.Kind != FlowKind.TableFull && flows[at].Number < before[i].Number)
            {
                at++;
            }

            if (at < flows.Length && flows[at].Key.Kind != FlowKind.TableFull && flows[at].Number == before[i].Number)
            {
                continue;
            }

            if (i < ends.Length && (processes ??= PlacesOfProcesses()).TryGetValue((ends[i].User, ends[i].IsSecondView), out int sum))
            {
                SubtractSides(ref flows[sum], before[i], ends[i].LocalIsLow);
            }
            else if (!(i < ends.Length && ends[i].IsSecondView))
            {
                FlowCounters moved = i < ends.Length ? OverflowSums.ToSum(before[i], ends[i].LocalIsLow) : OverflowSums.ToSum(before[i]);
                Subtract(ref FindSum(flows, moved.Key), moved);
            }
        }
    }

    private Dictionary<(EbpfProcess, bool), int> PlacesOfProcesses()
    {
        var places = new Dictionary<(EbpfProcess, bool), int>();
        for (int i = 0; i < Sockets.Length; i++)
        {
            if (Flows.Span[i].Key.Kind == FlowKind.Expired)
            {
                places.Add((Sockets.Span[i].User, Sockets.Span[i].IsSecondView), i);
            }
        }

        return places;
    }

    private static ref FlowCounters FindSum(Span<FlowCounters> flows, in FlowKey key)
    {
        FlowKey rest = OverflowSums.RestOf(key.Interface);
        int place = -1;
        for (int i = flows.Length - 1; i >= 0 && flows[i].Key.Kind == FlowKind.TableFull; i--)
        {
            if (flows[i].Key.Equals(key))
            {
                return ref flows[i];
            }

            place = flows[i].Key.Equals(rest) ? i : place;
        }

        return ref flows[place];
    }

    /// <summary>Of a process's sum Low is its own end.</summary>
    private static void SubtractSides(ref FlowCounters sum, in FlowCounters earlier, bool localIsLow)
    {
        FlowCounters sides = OverflowSums.ToSum(earlier, localIsLow);
        Subtract(ref sum, sides);
    }

    private static void SubtractOverflow(ref FlowCounters flow, ReadOnlySpan<FlowCounters> before)
    {
        foreach (ref readonly FlowCounters earlier in before)
        {
            if (earlier.Key.Equals(flow.Key))
            {
                Subtract(ref flow, earlier);
            }
        }
    }

    private static void Subtract(ref FlowCounters flow, in FlowCounters earlier)
    {
        flow.LowBytes -= earlier.LowBytes;
        flow.HighBytes -= earlier.HighBytes;
        flow.LowPackets -= earlier.LowPackets;
        flow.HighPackets -= earlier.HighPackets;
    }
}
