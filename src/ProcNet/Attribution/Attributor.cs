using ProcNet.Addresses;
using ProcNet.Traffic;

namespace ProcNet.Attribution;

/// <summary>
/// Joins flows, sockets and processes: every entry of a snapshot becomes one row, or two where both its ends are local.
/// Pure: an old snapshot can be joined again with what is known by now.
/// </summary>
internal static class Attributor
{
    private const byte TcpProtocol = 6;
    private const int IPv4ResetBytes = 40;
    private const int IPv6ResetBytes = 60;

    /// <summary>Attributes a snapshot.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="register">What is known of sockets and their holders.</param>
    /// <param name="view">Which addresses are local.</param>
    public static List<AttributedFlow> Attribute(FlowSnapshot snapshot, SocketRegister register, NetworkView view)
    {
        ReadOnlySpan<FlowCounters> flows = snapshot.Flows.Span;
        Dictionary<(FlowKey, int), long> nextGenerations = FindNextGenerations(flows);
        var rows = new List<AttributedFlow>(flows.Length);
        foreach (ref readonly FlowCounters flow in flows)
        {
            if (flow.TotalPackets == 0)
            {
                continue;
            }

            if (flow.Key.Kind != FlowKind.Conversation)
            {
                rows.Add(Special(flow, view));
                continue;
            }

            long? replacedAt = nextGenerations.TryGetValue((flow.Key, flow.Generation), out long next) ? next : null;
            AddConversation(rows, flow, EndOf(flow, replacedAt, snapshot), register, view);
        }

        return rows;
    }

    private static void AddConversation(
        List<AttributedFlow> rows, in FlowCounters flow, long to, SocketRegister register, NetworkView view)
    {
        bool lowIsLocal = view.TryFindNamespace(flow.Key.Low, out long lowNamespace);
        bool highIsLocal = view.TryFindNamespace(flow.Key.High, out long highNamespace);
        if (!lowIsLocal && !highIsLocal)
        {
            // Sent to a group by somebody else: local sockets may take it.
            bool lowIsGroup = view.IsGroup(flow.Key.Low);
            if (lowIsGroup || view.IsGroup(flow.Key.High))
            {
                rows.Add(Row(flow, lowIsGroup, false, view.CaptureNamespace,
                    OwnerRules.Match(End(flow, lowIsGroup, view.CaptureNamespace, to, isGroup: true), register)));
                return;
            }

            bool lowIsFirst = (flow.Flags & FlowFlags.LowSentFirst) != 0;
            rows.Add(Row(flow, lowIsFirst, false, null, new OwnerMatch(TrafficCategory.Forwarded, OwnerEvidence.None)));
            return;
        }

        if (lowIsLocal)
        {
            rows.Add(LocalRow(flow, true, false, lowNamespace, to, register, view));
        }

        if (highIsLocal)
        {
            rows.Add(LocalRow(flow, false, lowIsLocal, highNamespace, to, register, view));
        }
    }

    private static AttributedFlow LocalRow(
        in FlowCounters flow, bool localIsLow, bool isSecondView, long networkNamespace, long to,
        SocketRegister register, NetworkView view)
    {
        OwnerMatch match = OwnerRules.Match(End(flow, localIsLow, networkNamespace, to, isGroup: false), register);
        if (networkNamespace != view.CaptureNamespace)
        {
            match = match.Category == TrafficCategory.Process
                ? match with { Evidence = match.Evidence | OwnerEvidence.OtherNamespace }
                : match with { Category = TrafficCategory.OtherNamespace };
        }

        return Row(flow, localIsLow, isSecondView, networkNamespace, match);
    }

    private static AttributedFlow Row(
        in FlowCounters flow, bool localIsLow, bool isSecondView, long? networkNamespace, OwnerMatch match) => new()
        {
            Key = flow.Key,
            Generation = flow.Generation,
            LocalIsLow = localIsLow,
            IsSecondView = isSecondView,
            SentBytes = localIsLow ? flow.LowBytes : flow.HighBytes,
            ReceivedBytes = localIsLow ? flow.HighBytes : flow.LowBytes,
            SentPackets = localIsLow ? flow.LowPackets : flow.HighPackets,
            ReceivedPackets = localIsLow ? flow.HighPackets : flow.LowPackets,
            FirstSeen = flow.FirstSeen,
            LastSeen = flow.LastSeen,
            NetworkNamespace = networkNamespace,
            Match = match,
        };

    private static AttributedFlow Special(in FlowCounters flow, NetworkView view)
    {
        TrafficCategory category = flow.Key.Kind switch
        {
            FlowKind.Fragment => TrafficCategory.Fragment,
            FlowKind.NotIP => TrafficCategory.NotIP,
            FlowKind.Malformed => TrafficCategory.Malformed,
            _ => TrafficCategory.TableFull,
        };

        // Of what has no addresses Low stands for this host: see DecodedFrame.FromLow.
        bool localIsHigh = flow.Key.Kind == FlowKind.Fragment
            && !view.TryFindNamespace(flow.Key.Low, out _) && view.TryFindNamespace(flow.Key.High, out _);
        return Row(flow, !localIsHigh, false, null, new OwnerMatch(category, OwnerEvidence.None));
    }

    private static FlowEnd End(in FlowCounters flow, bool localIsLow, long networkNamespace, long to, bool isGroup)
    {
        FlowKey key = flow.Key;
        bool lowOpened = (flow.Flags & FlowFlags.LowOpened) != 0;
        bool highOpened = (flow.Flags & FlowFlags.HighOpened) != 0;
        bool openerIsLow = lowOpened != highOpened ? lowOpened : (flow.Flags & FlowFlags.LowSentFirst) != 0;
        long sentBytes = localIsLow ? flow.LowBytes : flow.HighBytes;
        long sentPackets = localIsLow ? flow.LowPackets : flow.HighPackets;
        bool beganWithSyn = lowOpened || highOpened;
        bool isOpener = openerIsLow == localIsLow;
        return new FlowEnd
        {
            NetworkNamespace = networkNamespace,
            Protocol = key.Protocol,
            Local = localIsLow ? key.Low : key.High,
            LocalPort = localIsLow ? key.LowPort : key.HighPort,
            Remote = localIsLow ? key.High : key.Low,
            RemotePort = key.Protocol is (byte)TransportProtocol.Icmp or (byte)TransportProtocol.IcmpV6
                ? (ushort)0
                : localIsLow ? key.HighPort : key.LowPort,
            From = flow.FirstSeen,
            To = to,
            IsOpener = isOpener,
            BeganWithSyn = beganWithSyn,
            SentOnlyResets = key.Protocol == TcpProtocol && !isOpener
                && (flow.Flags & FlowFlags.Closing) != 0
                && sentBytes == sentPackets * (key.Low.IsIPv4 ? IPv4ResetBytes : IPv6ResetBytes),
            IsGroup = isGroup,
        };
    }

    /// <summary>
    /// Until when a sight of a socket can be of this connection: a TCP connection that is neither closed nor replaced goes on in
    /// silence; anything else is only sure while its packets came. In a savefile the sockets of now are asked, which is later.
    /// </summary>
    private static long EndOf(in FlowCounters flow, long? replacedAt, FlowSnapshot snapshot)
    {
        if (replacedAt is long end)
        {
            return Math.Min(end, flow.LastSeen);
        }

        bool goesOn = flow.Key.Protocol == TcpProtocol && (flow.Flags & (FlowFlags.Closing | FlowFlags.Superseded)) == 0;
        return goesOn || snapshot.IsOfThePast ? long.MaxValue / 2 : flow.LastSeen;
    }

    private static Dictionary<(FlowKey, int), long> FindNextGenerations(ReadOnlySpan<FlowCounters> flows)
    {
        Dictionary<(FlowKey, int), long> next = [];
        foreach (ref readonly FlowCounters flow in flows)
        {
            if (flow.Generation > 0)
            {
                next[(flow.Key, flow.Generation - 1)] = flow.FirstSeen;
            }
        }

        return next;
    }
}
