using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>What is known of a conversation's two ends, for the packets that are written.</summary>
internal sealed record FlowOwners
{
    /// <summary>Nothing yet.</summary>
    public static FlowOwners Unknown { get; } = new();

    /// <summary>What is known of the Low end.</summary>
    public EndpointOwner Low { get; private init; }

    /// <summary>What is known of the High end.</summary>
    public EndpointOwner High { get; private init; }

    /// <summary>What the conversation is counted as where neither end is this host's.</summary>
    public TrafficCategory? Neither { get; private init; }

    /// <summary>Whether its packets are to be kept.</summary>
    public bool IsWanted { get; private init; }

    /// <summary>Whether any owner is known.</summary>
    public bool HasAny => Low.Process is not null || High.Process is not null;

    /// <summary>Whether the owner of each end that is local is known, and one end is.</summary>
    public bool HasAll =>
        (Low.IsLocal || High.IsLocal) && Low.IsLocal == Low.Process is not null && High.IsLocal == High.Process is not null;

    /// <summary>Whether somebody may be found yet: a socket that was not seen, or its holder.</summary>
    public bool MayBeFound => MayBeFoundAt(Low) || MayBeFoundAt(High);

    /// <summary>The same with what a row says.</summary>
    public FlowOwners With(in AttributedFlow row, ProcessDescriptions descriptions, ProcessSelection? selection)
    {
        if (row.Key.Kind != FlowKind.Conversation)
        {
            return this;
        }

        bool isLocal = row.NetworkNamespace is not null || row.Match.Owner is not null;
        RecordedProcess? process = row.Match.Owner is { } owner ? descriptions.Describe(owner.Process) : null;
        var end = new EndpointOwner(isLocal, row.Match.Category, row.Match.Evidence, process);
        bool isWanted = IsWanted || selection is null || (row.Match.Owner is { } candidate && selection.Takes(candidate.Process));
        return !isLocal ? this with { Neither = row.Match.Category, IsWanted = isWanted }
            : row.LocalIsLow ? this with { Low = end, IsWanted = isWanted }
            : this with { High = end, IsWanted = isWanted };
    }

    private static bool MayBeFoundAt(EndpointOwner end) =>
        end.IsLocal
        && end.Process is null
        && end.Category
            is TrafficCategory.NoSocket
                or TrafficCategory.NoHolder
                or TrafficCategory.SocketGone
                or TrafficCategory.OtherNamespace;
}
