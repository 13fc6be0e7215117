namespace ProcNet.Flows;

/// <summary>What a flow table entry holds: a conversation, or packets that belong to none.</summary>
internal enum FlowKind : byte
{
    /// <summary>A conversation between two IP endpoints.</summary>
    Conversation = 0,

    /// <summary>Later fragments whose first fragment was not seen: addresses and protocol, no ports.</summary>
    Fragment = 1,

    /// <summary>Frames that are not IP; <see cref="FlowKey.LowPort"/> is their EtherType.</summary>
    NotIP = 2,

    /// <summary>Frames whose headers are cut short or contradict themselves.</summary>
    Malformed = 3,

    /// <summary>
    /// Packets of conversations that found the table full, or made room in it: summed by network
    /// (<see cref="OverflowSums"/>).
    /// </summary>
    TableFull = 4,

    /// <summary>The sum of conversations of one owner that were taken out of the table.</summary>
    Expired = 5,
}
