using PacketDotNet;
using ProcNet.Traffic;

namespace ProcNet.Capture;

/// <summary>Finds the IP header by PacketDotNet, which knows the link types that are too rare for the fast decoder. It copies and allocates.</summary>
internal sealed class PacketDotNetUnwrapper : IFrameUnwrapper
{
    private readonly LinkLayers _linkLayers;

    private PacketDotNetUnwrapper(LinkLayers linkLayers) => _linkLayers = linkLayers;

    /// <summary>Makes an unwrapper; null where PacketDotNet is not asked for this link type.</summary>
    public static PacketDotNetUnwrapper? For(LinkLayer linkLayer) => linkLayer switch
    {
        LinkLayer.Ppp => new PacketDotNetUnwrapper(LinkLayers.Ppp),
        LinkLayer.Ieee80211 => new PacketDotNetUnwrapper(LinkLayers.Ieee80211),
        LinkLayer.Ieee80211Radiotap => new PacketDotNetUnwrapper(LinkLayers.Ieee80211RadioTap),
        _ => null,
    };

    /// <inheritdoc/>
    public int FindIP(ReadOnlySpan<byte> frame)
    {
        byte[] copy = frame.ToArray();
        try
        {
            // Its segments share the frame's array: the offset is the answer.
            return Packet.ParsePacket(_linkLayers, copy).Extract<IPPacket>()?.HeaderSegment.Offset ?? -1;
        }
        catch (Exception)
        {
            // PacketDotNet throws what it comes to (index, argument, null) on bytes that are cut or forged: no IP to be found.
            return -1;
        }
    }
}
