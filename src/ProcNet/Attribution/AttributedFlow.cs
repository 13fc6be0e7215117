using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>One endpoint's view of a flow table entry, with its owner: a row of the summary.</summary>
internal readonly record struct AttributedFlow
{
    /// <summary>The entry.</summary>
    public required FlowKey Key { get; init; }

    /// <summary>The number of the entry in its table (<see cref="FlowCounters.Number"/>).</summary>
    public int Number { get; init; }

    /// <summary>Which connection of the 5-tuple.</summary>
    public required int Generation { get; init; }

    /// <summary>Whether the Low endpoint is the local one.</summary>
    public required bool LocalIsLow { get; init; }

    /// <summary>Whether the same packets are in another row too: the conversation's other end is local as well.</summary>
    public required bool IsSecondView { get; init; }

    /// <summary>Bytes that the local endpoint sent.</summary>
    public required long SentBytes { get; init; }

    /// <summary>Bytes that the local endpoint received.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Packets that the local endpoint sent.</summary>
    public required long SentPackets { get; init; }

    /// <summary>Packets that the local endpoint received.</summary>
    public required long ReceivedPackets { get; init; }

    /// <summary>When the first packet was seen, in microseconds since 1970 UTC.</summary>
    public required long FirstSeen { get; init; }

    /// <summary>When the last packet was seen.</summary>
    public required long LastSeen { get; init; }

    /// <summary>The owner, or why there is none.</summary>
    public required OwnerMatch Match { get; init; }

    /// <summary>The namespace of the local endpoint; null where no end is local.</summary>
    public long? NetworkNamespace { get; init; }

    /// <summary>
    /// Of <see cref="TrafficCategory.Duplicate"/>: the slot of the interface whose observation of the same packets counts. Else
    /// null.
    /// </summary>
    public ushort? CountedOn { get; init; }

    /// <summary>Whether the address may have been translated, and nobody may ask here.</summary>
    public bool MayBeTranslated { get; init; }

    /// <summary>How many expired conversations it sums; 0 for a row of its own.</summary>
    public int ExpiredConversations { get; init; }

    /// <summary>How many conversations it stands for.</summary>
    public int Conversations => Math.Max(1, ExpiredConversations);

    /// <summary>The kernel's cookie for the socket that was counted at; 0 where packets were.</summary>
    public ulong Cookie { get; init; }

    /// <summary>Whether only the host's administrator can have made <see cref="NetworkNamespace"/>, in the feed's own words.</summary>
    public bool IsHostsNamespace { get; init; }

    /// <summary>The local address.</summary>
    public AddressValue LocalAddress => LocalIsLow ? Key.Low : Key.High;

    /// <summary>The remote address.</summary>
    public AddressValue RemoteAddress => LocalIsLow ? Key.High : Key.Low;

    /// <summary>The local port.</summary>
    public ushort LocalPort => LocalIsLow ? Key.LowPort : Key.HighPort;

    /// <summary>The remote port.</summary>
    public ushort RemotePort => LocalIsLow ? Key.HighPort : Key.LowPort;

    /// <summary>Bytes of both directions.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>One endpoint's view of an entry.</summary>
    public static AttributedFlow Of(in FlowCounters flow, bool localIsLow, bool isSecondView, long? networkNamespace, OwnerMatch match) =>
        new()
        {
            Key = flow.Key,
            Generation = flow.Generation,
            Number = flow.Number,
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

    /// <summary>This row without the counts of a part of it.</summary>
    public AttributedFlow Minus(in AttributedFlow part) =>
        this with
        {
            SentBytes = SentBytes - part.SentBytes,
            ReceivedBytes = ReceivedBytes - part.ReceivedBytes,
            SentPackets = SentPackets - part.SentPackets,
            ReceivedPackets = ReceivedPackets - part.ReceivedPackets,
        };

    /// <summary>This row with the counts, the times and the evidence of another one of the same owner.</summary>
    public AttributedFlow Plus(in AttributedFlow other) =>
        this with
        {
            SentBytes = SentBytes + other.SentBytes,
            ReceivedBytes = ReceivedBytes + other.ReceivedBytes,
            SentPackets = SentPackets + other.SentPackets,
            ReceivedPackets = ReceivedPackets + other.ReceivedPackets,
            NetworkNamespace = NetworkNamespace ?? other.NetworkNamespace,
            IsHostsNamespace = IsHostsNamespace || other.IsHostsNamespace,
            FirstSeen = Math.Min(FirstSeen, other.FirstSeen),
            LastSeen = Math.Max(LastSeen, other.LastSeen),
            Match = Match with { Evidence = Match.Evidence | other.Match.Evidence },
        };
}
