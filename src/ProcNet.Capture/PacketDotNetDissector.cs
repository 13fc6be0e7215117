using PacketDotNet;
using PacketDotNet.Ieee80211;
using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.Capture;

/// <summary>Finds the IP header by PacketDotNet, which knows the link types that are too rare for the fast decoder. It copies and allocates.</summary>
internal sealed class PacketDotNetDissector : ILinkDissector
{
    private readonly LinkLayers _linkLayers;

    private PacketDotNetDissector(LinkLayers linkLayers) => _linkLayers = linkLayers;

    /// <summary>Makes an dissector; null where PacketDotNet is not asked for this link type.</summary>
    public static PacketDotNetDissector? For(LinkLayer linkLayer) => linkLayer switch
    {
        LinkLayer.Ieee80211 => new PacketDotNetDissector(LinkLayers.Ieee80211),
        LinkLayer.Ieee80211Radiotap => new PacketDotNetDissector(LinkLayers.Ieee80211RadioTap),
        _ => null,
    };

    /// <inheritdoc/>
    public int FindIP(ReadOnlySpan<byte> frame)
    {
        byte[] copy = frame.ToArray();
        try
        {
            // Its segments share the frame's array: the offset is the answer.
            Packet packet = Packet.ParsePacket(_linkLayers, copy);
            return packet.Extract<IPPacket>() is { } ip
                ? ip.HeaderSegment.Offset
                : FindBehindSnap(frame, packet.Extract<DataFrame>()?.PayloadDataSegment?.Offset ?? frame.Length);
        }
        catch (Exception)
        {
            // PacketDotNet throws what it comes to (index, argument, null) on bytes that are cut or forged: no IP to be found.
            return -1;
        }
    }

    /// <summary>PacketDotNet does not look into the payload of 802.11 data frames: LLC and SNAP (RFC 1042), unless it is encrypted.</summary>
    private static int FindBehindSnap(ReadOnlySpan<byte> frame, int offset)
    {
        ReadOnlySpan<byte> payload = frame[offset..];
        return payload.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 3, 0, 0, 0, 0x08, 0x00])
            || payload.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 3, 0, 0, 0, 0x86, 0xDD])
                ? offset + 8
                : -1;
    }
}
