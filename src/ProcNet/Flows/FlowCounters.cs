namespace ProcNet.Flows;

/// <summary>
/// An entry of the flow table. When a closed TCP connection's 5-tuple comes back, the new connection gets an entry of its own
/// with the next <see cref="Generation"/>: its owner must not get the old one's bytes.
/// </summary>
internal struct FlowCounters
{
    /// <summary>The conversation.</summary>
    public FlowKey Key;

    /// <summary>Bytes that the Low endpoint sent.</summary>
    public long LowBytes;

    /// <summary>Bytes that the High endpoint sent.</summary>
    public long HighBytes;

    /// <summary>Packets that the Low endpoint sent.</summary>
    public long LowPackets;

    /// <summary>Packets that the High endpoint sent.</summary>
    public long HighPackets;

    /// <summary>When the first packet was seen, in microseconds since 1970 UTC.</summary>
    public long FirstSeen;

    /// <summary>When the last packet was seen, in microseconds since 1970 UTC.</summary>
    public long LastSeen;

    /// <summary>Which connection of this 5-tuple: 0 for the first. Of a sum: how many conversations it is of.</summary>
    public int Generation;

    /// <summary>
    /// The number of the conversation in its table, ascending from 1 and given once; of a savefile, that which the file gives it,
    /// 0 for none.
    /// </summary>
    public int Number;

    /// <summary>
    /// Of datagrams: which sockets it had at its first packet (<see cref="INewFlowObserver.IdentifySockets"/>); 0 where there was
    /// none.
    /// </summary>
    public ulong Sockets;

    /// <summary>What was seen of the conversation besides its counts.</summary>
    public FlowFlags Flags;

    /// <summary>Bytes of both directions.</summary>
    public readonly long TotalBytes => LowBytes + HighBytes;

    /// <summary>Packets of both directions.</summary>
    public readonly long TotalPackets => LowPackets + HighPackets;

    /// <summary>Leaves nothing of one direction's counts.</summary>
    public void Clear(bool sentByLow)
    {
        if (sentByLow)
        {
            (LowBytes, LowPackets) = (0, 0);
        }
        else
        {
            (HighBytes, HighPackets) = (0, 0);
        }
    }
}
