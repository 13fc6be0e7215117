
namespace ProcNet.Flows;

/// <summary>A consistent copy of a source's counters at one moment.</summary>
internal sealed class FlowSnapshot
{
    /// <summary>All entries: conversations, and the packets that belong to none. Their sum is <see cref="Packets"/> and <see cref="Bytes"/>.</summary>
    public required ReadOnlyMemory<FlowCounters> Flows { get; init; }

    /// <summary>Of an interval: the entries as they stood at its end, counted from the start, in the same places. Empty where <see cref="Flows"/> are that.</summary>
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

    /// <summary>What came after an earlier snapshot of the same source. Entries keep their place from one snapshot to the next.</summary>
    public FlowSnapshot Since(FlowSnapshot earlier)
    {
        ReadOnlySpan<FlowCounters> before = earlier.Flows.Span;
        FlowCounters[] flows = Flows.ToArray();
        int beforeInOrder = 0;
        while (beforeInOrder < before.Length && before[beforeInOrder].Key.Kind != FlowKind.TableFull)
        {
            beforeInOrder++;
        }

        for (int i = 0; i < flows.Length; i++)
        {
            if (flows[i].Key.Kind == FlowKind.TableFull)
            {
                SubtractOverflow(ref flows[i], before[beforeInOrder..]);
            }
            else if (i < beforeInOrder)
            {
                Subtract(ref flows[i], before[i]);
            }
        }

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

    /// <summary>The same without entries that were expired later, so that places agree again. They must have had no packet since.</summary>
    /// <param name="places">Their places, ascending.</param>
    public FlowSnapshot Without(IReadOnlyList<int> places)
    {
        ReadOnlySpan<FlowCounters> all = Flows.Span;
        ReadOnlySpan<SocketCounters> allEnds = Sockets.Span;
        var kept = new List<FlowCounters>(all.Length);
        var keptEnds = new List<SocketCounters>(allEnds.Length);
        int next = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (next < places.Count && places[next] == i)
            {
                next++;
            }
            else
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
