using ProcNet.Addresses;
using ProcNet.Capture.Handles;
using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.Capture.Triggers;

/// <summary>Tells the observer of the conversations that an interface's trigger packets begin.</summary>
internal sealed class TriggerSink : PacketSink
{
    private readonly RecentConversations _recent = new();

    /// <summary>The interface.</summary>
    public required TrafficInterface Interface { get; init; }

    /// <summary>Tells of which interface a frame is, where the handle is of many; gives null where it is not captured.</summary>
    public Func<ReadOnlySpan<byte>, TrafficInterface?>? FindInterface { get; init; }

    /// <summary>Is told.</summary>
    public INewFlowObserver? Observer { get; set; }

    /// <summary>Decides how much the trigger looks at.</summary>
    public TriggerPolicy Policy { get; } = new();

    /// <summary>Packets taken since the start.</summary>
    public long Packets { get; private set; }

    /// <summary>Takes one packet that there is not, so that the first one finds everything compiled.</summary>
    public static void WarmUp()
    {
        // Ethernet, IPv4, UDP from 127.0.0.1 to itself.
        ReadOnlySpan<byte> frame =
        [
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x08,
            0x00,
            0x45,
            0,
            0,
            28,
            0,
            0,
            0,
            0,
            64,
            IPProtocol.Udp,
            0,
            0,
            127,
            0,
            0,
            1,
            127,
            0,
            0,
            1,
            0,
            1,
            0,
            1,
            0,
            8,
            0,
            0,
        ];
        new TriggerSink
        {
            Interface = new TrafficInterface
            {
                Slot = 0,
                Name = "lo",
                LinkLayer = LinkLayer.Ethernet,
            },
        }.Take(0, frame, frame.Length);
    }

    /// <inheritdoc/>
    public override void Take(long nanoseconds, ReadOnlySpan<byte> frame, int wireLength)
    {
        long time = Clock.FromWall(nanoseconds / 1000);
        Packets++;
        TrafficInterface? shownOn = FindInterface is null ? Interface : FindInterface(frame);
        if (shownOn is null)
        {
            return;
        }

        FrameDecoder.Decode(frame, wireLength, shownOn, out DecodedFrame decoded);
        if (decoded.Key.Kind != FlowKind.Conversation)
        {
            return;
        }

        bool opensConnection = decoded.Key.Protocol is IPProtocol.Tcp or IPProtocol.Sctp;
        if (decoded.Key.Protocol == IPProtocol.Udp)
        {
            Policy.CountUdp(PortPair.Of(decoded.Key.LowPort, decoded.Key.HighPort));
        }
        else if (!opensConnection)
        {
            Policy.CountOther();
        }

        if (opensConnection || _recent.IsNew(decoded.Key, time))
        {
            Observer?.OnNewFlow(decoded.Key, decoded.FromLow, time, shownOn.Index);
        }
    }
}
