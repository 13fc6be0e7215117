using ProcNet.Capture.Live;
using ProcNet.Traffic;

namespace ProcNet.Capture.Triggers;

/// <summary>Tells the observer of the conversations that an interface's trigger packets begin.</summary>
internal sealed class TriggerSink : PacketSink
{
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte Sctp = 132;

    private readonly RecentConversations _recent = new();

    /// <summary>The interface.</summary>
    public required TrafficInterface Interface { get; init; }

    /// <summary>Is told.</summary>
    public INewFlowObserver? Observer { get; set; }

    /// <summary>Decides how much the trigger looks at.</summary>
    public TriggerPolicy Policy { get; } = new();

    /// <summary>Packets taken since the start.</summary>
    public long Packets { get; private set; }

    /// <inheritdoc/>
    public override void Take(long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        Packets++;
        FrameDecoder.Decode(frame, wireLength, Interface, out DecodedFrame decoded);
        if (decoded.Key.Kind != FlowKind.Conversation)
        {
            return;
        }

        bool opensConnection = decoded.Key.Protocol is Tcp or Sctp;
        if (decoded.Key.Protocol == Udp)
        {
            Policy.CountUdp(PortPair.Of(decoded.Key.LowPort, decoded.Key.HighPort));
        }
        else if (!opensConnection)
        {
            Policy.CountOther();
        }

        if (opensConnection || _recent.IsNew(decoded.Key, time))
        {
            Observer?.OnNewFlow(decoded.Key, decoded.FromLow, time);
        }
    }
}
