using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>Finds the network layer behind a link header (https://www.tcpdump.org/linktypes.html).</summary>
internal static class LinkHeader
{
    /// <summary>EtherType of IPv4.</summary>
    public const ushort IPv4 = 0x0800;

    /// <summary>EtherType of IPv6.</summary>
    public const ushort IPv6 = 0x86DD;

    /// <summary>EtherType of MPLS labels (RFC 5332).</summary>
    public const ushort MplsUnicast = 0x8847;

    /// <summary>EtherType of MPLS labels that a switch upstream assigned (RFC 5332).</summary>
    public const ushort MplsMulticast = 0x8848;

    private const ushort VlanTag = 0x8100;
    private const ushort ServiceVlanTag = 0x88A8;
    private const ushort OldServiceVlanTag = 0x9100;

    // Below it, the field of Ethernet is a length and LLC follows (IEEE 802.3 3.2.6).
    private const ushort LeastEtherType = 0x0600;

    // Linux "any" captures: 4 is PACKET_OUTGOING (linux/if_packet.h); the rest came in.
    private const int SllOutgoing = 4;

    /// <summary>Whether <see cref="TryParse"/> knows the link type.</summary>
    public static bool Knows(LinkLayer linkLayer) => linkLayer is
        LinkLayer.Ethernet or LinkLayer.LinuxSll or LinkLayer.LinuxSll2 or LinkLayer.Null or LinkLayer.Loop or
        LinkLayer.Raw or LinkLayer.RawLinux or LinkLayer.RawOpenBsd or LinkLayer.IPv4 or LinkLayer.IPv6 or
        LinkLayer.Ppp or LinkLayer.PppHdlc or LinkLayer.CiscoHdlc or LinkLayer.FrameRelay or LinkLayer.NetfilterLog;

    /// <summary>Reads the link header.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="linkLayer">What the frame begins with.</param>
    /// <param name="hardwareAddress">The interface's own address, to tell the direction of Ethernet frames; 0 where it is not known.</param>
    /// <param name="etherType">What follows: an EtherType, an 802.3 length, or 0 where the header names another family.</param>
    /// <param name="offset">Where it follows.</param>
    /// <param name="direction">Which way the frame went, where the header tells.</param>
    /// <returns>False where the header is cut short; <paramref name="offset"/> is then where the bytes to count begin.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> frame, LinkLayer linkLayer, ulong hardwareAddress,
        out ushort etherType, out int offset, out FrameDirection direction)
    {
        etherType = 0;
        offset = 0;
        direction = FrameDirection.Unknown;
        switch (linkLayer)
        {
            case LinkLayer.Ethernet:
                offset = 14;
                if (frame.Length < 14)
                {
                    return false;
                }

                etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
                if (hardwareAddress != 0)
                {
                    ulong source = (ulong)BinaryPrimitives.ReadUInt16BigEndian(frame[6..]) << 32
                        | BinaryPrimitives.ReadUInt32BigEndian(frame[8..]);
                    direction = source == hardwareAddress ? FrameDirection.Sent : FrameDirection.Received;
                }

                break;
            case LinkLayer.LinuxSll:
                offset = 16;
                if (frame.Length < 16)
                {
                    return false;
                }

                etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[14..]);
                direction = BinaryPrimitives.ReadUInt16BigEndian(frame) == SllOutgoing
                    ? FrameDirection.Sent : FrameDirection.Received;
                break;
            case LinkLayer.LinuxSll2:
                offset = 20;
                if (frame.Length < 20)
                {
                    return false;
                }

                etherType = BinaryPrimitives.ReadUInt16BigEndian(frame);
                direction = frame[10] == SllOutgoing ? FrameDirection.Sent : FrameDirection.Received;
                break;
            case LinkLayer.Null:
            case LinkLayer.Loop:
                offset = 4;
                if (frame.Length < 4)
                {
                    return false;
                }

                etherType = EtherTypeOfFamily(BinaryPrimitives.ReadUInt32LittleEndian(frame));
                return true;
            case LinkLayer.Raw:
            case LinkLayer.RawLinux:
            case LinkLayer.RawOpenBsd:
            case LinkLayer.IPv4:
            case LinkLayer.IPv6:
                if (frame.Length < 1)
                {
                    return false;
                }

                etherType = EtherTypeOfVersion(frame[0]);
                return true;
            case LinkLayer.NetfilterLog:
                return NetfilterLogHeader.TryParse(frame, out etherType, out offset);
            case LinkLayer.Ppp:
            case LinkLayer.PppHdlc:
            case LinkLayer.CiscoHdlc:
            case LinkLayer.FrameRelay:
                if (!SerialHeader.TryParse(frame, linkLayer, out etherType, out offset))
                {
                    return false;
                }

                break;
            default:
                // Nobody can say where a header of an unknown type ends: all of it is counted, as not IP.
                return true;
        }

        return etherType is IPv4 or IPv6 || SkipTags(frame, ref etherType, ref offset);
    }

    /// <summary>The EtherType of an IP header that begins with this byte; 0 where it is neither version.</summary>
    public static ushort EtherTypeOfVersion(byte first) => (first >> 4) switch { 4 => IPv4, 6 => IPv6, _ => 0 };

    /// <summary>What may stand between the link header and IP: VLAN tags, then MPLS labels or LLC and SNAP.</summary>
    private static bool SkipTags(ReadOnlySpan<byte> frame, ref ushort etherType, ref int offset)
    {
        while (etherType is VlanTag or ServiceVlanTag or OldServiceVlanTag)
        {
            if (frame.Length < offset + 4)
            {
                offset += 4;
                return false;
            }

            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);
            offset += 4;
        }

        if (etherType is MplsUnicast or MplsMulticast)
        {
            SkipLabels(frame, ref etherType, ref offset);
        }
        else if (etherType < LeastEtherType)
        {
            SkipSnap(frame, ref etherType, ref offset);
        }

        return true;
    }

    /// <summary>
    /// Labels do not tell what follows the last of them (RFC 3032 2.2): the version of IP does, as no other payload begins with it
    /// (RFC 4928 3). What is not IP is left with its labels.
    /// </summary>
    private static void SkipLabels(ReadOnlySpan<byte> frame, ref ushort etherType, ref int offset)
    {
        int behind = offset;
        bool isLast = false;
        while (!isLast && frame.Length > behind + 4)
        {
            isLast = (frame[behind + 2] & 1) != 0;
            behind += 4;
        }

        if (isLast && EtherTypeOfVersion(frame[behind]) is not 0 and ushort version)
        {
            etherType = version;
            offset = behind;
        }
    }

    /// <summary>IP behind LLC and SNAP (RFC 1042). Anything else is left as it is.</summary>
    private static void SkipSnap(ReadOnlySpan<byte> frame, ref ushort etherType, ref int offset)
    {
        ReadOnlySpan<byte> header = frame[Math.Min(offset, frame.Length)..];
        if (header.Length >= 8 && header.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 3, 0, 0, 0])
            && BinaryPrimitives.ReadUInt16BigEndian(header[6..]) is IPv4 or IPv6)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
            offset += 8;
        }
    }

    /// <summary>
    /// The address family is written in the byte order of the machine that captured, and IPv6 has a number of its own on
    /// each BSD (24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS) beside Linux' 10. All are below 256, so either order is told apart.
    /// </summary>
    private static ushort EtherTypeOfFamily(uint family)
    {
        uint value = family > 0xFFFF ? BinaryPrimitives.ReverseEndianness(family) : family;
        return value switch { 2 => IPv4, 10 or 24 or 28 or 30 => IPv6, _ => 0 };
    }
}
