using ProcNet.Capture.Handles;

namespace ProcNet.Capture.Triggers;

/// <summary>An interface's small handle for the first packets of conversations. Used by the trigger's thread only.</summary>
internal sealed class Trigger
{
    /// <summary>
    /// Bytes to copy of each: Ethernet 14 + two tags 8 + IPv6 40 + extension headers + 14 of TCP's header.
    /// The ring has frames of this size (TPACKET_V2), so it is kept small.
    /// </summary>
    public const int SnapLength = 128;

    /// <summary>The handle.</summary>
    public required PacketHandle Handle { get; init; }

    /// <summary>What takes its packets.</summary>
    public required TriggerSink Sink { get; init; }

    /// <summary>Whether the interface is down and may come up again.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether the handle gives no more packets.</summary>
    public bool IsLost { get; set; }
}
