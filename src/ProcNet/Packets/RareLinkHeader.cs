using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>
/// Finds the network layer behind link headers that are rare in captures of hosts: switches' tags, rings, fabrics, wrappers
/// (https://www.tcpdump.org/linktypes.html has each form). What follows the header may be LLC or another EtherType's:
/// <see cref="LinkHeader"/> goes on.
/// </summary>
internal static class RareLinkHeader
{
    // A wrapper may name a wrapper; a limit, so that a hostile one cannot make us go down without end.
    private const int MaxWrappers = 4;

    /// <summary>Whether it knows the link type.</summary>
    public static bool Knows(LinkLayer linkLayer) =>
        linkLayer
            is LinkLayer.TokenRing
                or LinkLayer.Slip
                or LinkLayer.Fddi
                or LinkLayer.PppEthernet
                or LinkLayer.AtmLlc
                or LinkLayer.Ieee80211
                or LinkLayer.Enc
                or LinkLayer.PacketFilterLog
                or LinkLayer.Ieee80211Prism
                or LinkLayer.FibreChannel
                or LinkLayer.Ieee80211Radiotap
                or LinkLayer.DarwinPacketTap
                or LinkLayer.Ieee80211Avs
                or LinkLayer.PerPacketInformation
                or LinkLayer.PppDirection
                or LinkLayer.CiscoHdlcDirection
                or LinkLayer.FrameRelayDirection
                or LinkLayer.Mpls
                or LinkLayer.IpNet
                or LinkLayer.NetAnalyzer
                or LinkLayer.NetAnalyzerTransparent
                or LinkLayer.IPoIB
                or LinkLayer.PacketTap
                or LinkLayer.DsaBroadcom
                or LinkLayer.DsaBroadcomPrepended
                or LinkLayer.Dsa
                or LinkLayer.EtherTypeDsa;

    /// <summary>Reads the header.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="linkLayer">What the frame begins with.</param>
    /// <param name="opensPppoe">Whether to look into PPPoE.</param>
    /// <param name="etherType">What follows, as an EtherType; 0 for LLC, and where it has none.</param>
    /// <param name="offset">Where it follows.</param>
    /// <param name="direction">Which way the frame went, where the header tells.</param>
    /// <returns>False where the header is cut short.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> frame,
        LinkLayer linkLayer,
        bool opensPppoe,
        out ushort etherType,
        out int offset,
        out FrameDirection direction
    ) => TryParse(frame, linkLayer, opensPppoe, MaxWrappers, out etherType, out offset, out direction);

    private static bool TryParse(
        ReadOnlySpan<byte> frame,
        LinkLayer linkLayer,
        bool opensPppoe,
        int wrappers,
        out ushort etherType,
        out int offset,
        out FrameDirection direction
    )
    {
        etherType = 0;
        offset = 0;
        direction = FrameDirection.Unknown;
        switch (linkLayer)
        {
            case LinkLayer.TokenRing:
                // The highest bit of the source's address tells of a route, whose length stands in its first byte (IEEE 802.5).
                offset = 14;
                if (frame.Length > 14 && (frame[8] & 0x80) != 0)
                {
                    offset += frame[14] & 0x1F;
                }

                return frame.Length >= offset;
            case LinkLayer.Fddi:
                offset = 13;
                return frame.Length >= offset;
            case LinkLayer.FibreChannel:
                offset = 16;
                return frame.Length >= offset;
            case LinkLayer.AtmLlc:
                return SkipBridged(frame, opensPppoe, wrappers, ref etherType, ref offset, ref direction);
            case LinkLayer.Slip:
                offset = 16;
                direction = frame.Length > 0 && frame[0] == 1 ? FrameDirection.Sent : FrameDirection.Received;
                return TryVersion(frame, offset, out etherType);
            case LinkLayer.Mpls:
                etherType = LinkHeader.MplsUnicast;
                return true;
            case LinkLayer.PppEthernet:
                offset = 6;
                if (frame.Length < offset || !SerialHeader.TryParse(frame[offset..], LinkLayer.Ppp, out etherType, out int pppLength))
                {
                    return false;
                }

                offset += pppLength;
                return true;
            case LinkLayer.PppDirection:
            case LinkLayer.CiscoHdlcDirection:
            case LinkLayer.FrameRelayDirection:
                LinkLayer serial = linkLayer switch
                {
                    LinkLayer.PppDirection => LinkLayer.Ppp,
                    LinkLayer.CiscoHdlcDirection => LinkLayer.CiscoHdlc,
                    _ => LinkLayer.FrameRelay,
                };
                if (frame.IsEmpty || !SerialHeader.TryParse(frame[1..], serial, out etherType, out int serialLength))
                {
                    return false;
                }

                offset = 1 + serialLength;
                direction = frame[0] == 0 ? FrameDirection.Received : FrameDirection.Sent;
                return true;
            case LinkLayer.Enc:
                offset = 12;
                etherType =
                    frame.Length < offset ? (ushort)0 : LinkHeader.EtherTypeOfFamily(BinaryPrimitives.ReadUInt32LittleEndian(frame));
                return frame.Length >= offset;
            case LinkLayer.PacketFilterLog:
                // The length that it says lacks the padding to words.
                offset = frame.IsEmpty ? 0 : (frame[0] + 3) & ~3;
                etherType = frame.Length < 2 ? (ushort)0 : LinkHeader.EtherTypeOfFamily(frame[1]);
                return frame.Length >= Math.Max(offset, 2);
            case LinkLayer.IpNet:
                const byte SolarisIPv6 = 26;
                offset = 24;
                etherType =
                    frame.Length < offset
                        ? (ushort)0
                        : frame[1] switch
                        {
                            2 => LinkHeader.IPv4,
                            SolarisIPv6 => LinkHeader.IPv6,
                            _ => (ushort)0,
                        };
                return frame.Length >= offset;
            case LinkLayer.IPoIB:
                // A global route header of InfiniBand, then an EtherType and two bytes (RFC 4391 6).
                return TryEtherType(frame, 40, 44, out etherType, out offset);
            case LinkLayer.DsaBroadcom:
            case LinkLayer.Dsa:
                return TryEtherType(frame, 16, 18, out etherType, out offset);
            case LinkLayer.EtherTypeDsa:
                return TryEtherType(frame, 20, 22, out etherType, out offset);
            case LinkLayer.DsaBroadcomPrepended:
            case LinkLayer.NetAnalyzer:
                return TryEtherType(frame, 16, 18, out etherType, out offset);
            case LinkLayer.NetAnalyzerTransparent:
                return TryEtherType(frame, 24, 26, out etherType, out offset);
            case LinkLayer.Ieee80211:
            case LinkLayer.Ieee80211Radiotap:
            case LinkLayer.Ieee80211Prism:
            case LinkLayer.Ieee80211Avs:
                return WlanHeader.TryParse(frame, linkLayer, out offset);
            case LinkLayer.PerPacketInformation:
                return frame.Length >= 8
                    ? TryInside(
                        frame,
                        BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]),
                        opensPppoe,
                        wrappers,
                        out etherType,
                        out offset,
                        out direction
                    )
                    : false;
            case LinkLayer.PacketTap:
            case LinkLayer.DarwinPacketTap:
                return TryPacketTap(frame, opensPppoe, wrappers, out etherType, out offset, out direction);
            default:
                return true;
        }
    }

    /// <summary>
    /// macOS' header (bsd/net/pktap.h of its kernel), always little-endian: length, kind, link type, name of the interface,
    /// flags.
    /// </summary>
    private static bool TryPacketTap(
        ReadOnlySpan<byte> frame,
        bool opensPppoe,
        int wrappers,
        out ushort etherType,
        out int offset,
        out FrameDirection direction
    )
    {
        const int LeastLength = 40;
        etherType = 0;
        offset = 0;
        direction = FrameDirection.Unknown;
        if (frame.Length < LeastLength)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(frame[36..]);
        if (
            length < LeastLength
            || !TryInside(
                frame,
                length,
                BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]),
                opensPppoe,
                wrappers,
                out etherType,
                out offset,
                out direction
            )
        )
        {
            return false;
        }

        direction =
            (flags & 2) != 0 ? FrameDirection.Sent
            : (flags & 1) != 0 ? FrameDirection.Received
            : direction;
        return true;
    }

    /// <summary>A frame of another link type behind a wrapper.</summary>
    private static bool TryInside(
        ReadOnlySpan<byte> frame,
        uint headerLength,
        uint linkType,
        bool opensPppoe,
        int wrappers,
        out ushort etherType,
        out int offset,
        out FrameDirection direction
    )
    {
        etherType = 0;
        offset = 0;
        direction = FrameDirection.Unknown;
        if (headerLength > frame.Length || wrappers == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> inside = frame[(int)headerLength..];
        var linkLayer = (LinkLayer)(int)Math.Min(linkType, ushort.MaxValue);
        bool read = Knows(linkLayer)
            ? TryParse(inside, linkLayer, opensPppoe, wrappers - 1, out etherType, out offset, out direction)
            : LinkHeader.TryParse(inside, linkLayer, 0, opensPppoe, out etherType, out offset, out direction);
        offset += (int)headerLength;
        return read;
    }

    /// <summary>
    /// LLC of ATM; a bridge's has Ethernet behind it (RFC 2684 5.2: organisation 00-80-C2, kinds 1 and 7, two bytes of
    /// padding).
    /// </summary>
    private static bool SkipBridged(
        ReadOnlySpan<byte> frame,
        bool opensPppoe,
        int wrappers,
        ref ushort etherType,
        ref int offset,
        ref FrameDirection direction
    ) =>
        frame.Length < 10
        || !frame.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 3, 0, 0x80, 0xC2, 0])
        || frame[7] is not (1 or 7)
        || TryInside(frame, 10, (uint)LinkLayer.Ethernet, opensPppoe, wrappers, out etherType, out offset, out direction);

    private static bool TryEtherType(ReadOnlySpan<byte> frame, int at, int headerLength, out ushort etherType, out int offset)
    {
        offset = headerLength;
        etherType = frame.Length < headerLength ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        return frame.Length >= headerLength;
    }

    private static bool TryVersion(ReadOnlySpan<byte> frame, int offset, out ushort etherType)
    {
        etherType = frame.Length > offset ? LinkHeader.EtherTypeOfVersion(frame[offset]) : (ushort)0;
        return frame.Length > offset;
    }
}
