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

    // IEEE 802.1ah's I-TAG, Cisco's and IEEE 802.1BR's port extenders, IEEE 802.1AE, RFC 2516: the linux/if_ether.h of the kernel has their
    // names.
    private const ushort ServiceInstanceTag = 0x88E7;
    private const ushort VnTag = 0x8926;
    private const ushort PortExtenderTag = 0x893F;
    private const ushort MacSec = 0x88E5;
    private const ushort CiscoMetaData = 0x8909;
    private const ushort MarvellTag = 0xDADA;
    private const ushort PppoeSession = 0x8864;

    // More tags than any real frame carries; a limit, so that a hostile one cannot make us walk.
    private const int MaxTags = 16;

    // Below it, the field of Ethernet is a length and LLC follows (IEEE 802.3 3.2.6).
    private const ushort LeastEtherType = 0x0600;

    // Linux "any" captures: 4 is PACKET_OUTGOING (linux/if_packet.h); the rest came in.
    private const int SllOutgoing = 4;

    /// <summary>Whether <see cref="TryParse"/> knows the link type.</summary>
    public static bool Knows(LinkLayer linkLayer) =>
        linkLayer
            is LinkLayer.Ethernet
                or LinkLayer.LinuxSll
                or LinkLayer.LinuxSll2
                or LinkLayer.Null
                or LinkLayer.Loop
                or LinkLayer.Raw
                or LinkLayer.RawLinux
                or LinkLayer.RawOpenBsd
                or LinkLayer.IPv4
                or LinkLayer.IPv6
                or LinkLayer.Ppp
                or LinkLayer.PppHdlc
                or LinkLayer.CiscoHdlc
                or LinkLayer.FrameRelay
                or LinkLayer.NetfilterLog
        || RareLinkHeader.Knows(linkLayer);

    /// <summary>Reads the link header.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="linkLayer">What the frame begins with.</param>
    /// <param name="hardwareAddress">The interface's own address, to tell the direction of Ethernet frames; 0 where it is not
    /// known.</param>
    /// <param name="opensPppoe">Whether to look into PPPoE; not where the interface that it makes is captured too.</param>
    /// <param name="etherType">What follows: an EtherType, an 802.3 length, or 0 where the header names another family.</param>
    /// <param name="offset">Where it follows.</param>
    /// <param name="direction">Which way the frame went, where the header tells.</param>
    /// <returns>False where the header is cut short; <paramref name="offset"/> is then where the bytes to count begin.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> frame,
        LinkLayer linkLayer,
        ulong hardwareAddress,
        bool opensPppoe,
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
            case LinkLayer.Ethernet:
                offset = 14;
                if (frame.Length < 14)
                {
                    return false;
                }

                etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
                if (hardwareAddress != 0)
                {
                    ulong source =
                        (ulong)BinaryPrimitives.ReadUInt16BigEndian(frame[6..]) << 32 | BinaryPrimitives.ReadUInt32BigEndian(frame[8..]);
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
                direction = BinaryPrimitives.ReadUInt16BigEndian(frame) == SllOutgoing ? FrameDirection.Sent : FrameDirection.Received;
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
            case var rare when RareLinkHeader.Knows(rare):
                if (!RareLinkHeader.TryParse(frame, rare, opensPppoe, out etherType, out offset, out direction))
                {
                    return false;
                }

                break;
            default:
                // Nobody can say where a header of an unknown type ends: all of it is counted, as not IP.
                return true;
        }

        return etherType is IPv4 or IPv6 || SkipTags(frame, opensPppoe, ref etherType, ref offset);
    }

    /// <summary>The EtherType of an IP header that begins with this byte; 0 where it is neither version.</summary>
    public static ushort EtherTypeOfVersion(byte first) =>
        (first >> 4) switch
        {
            4 => IPv4,
            6 => IPv6,
            _ => 0,
        };

    /// <summary>
    /// What may stand between the link header and IP: tags of switches, then MPLS labels, a PPPoE session, or LLC and
    /// SNAP.
    /// </summary>
    private static bool SkipTags(ReadOnlySpan<byte> frame, bool opensPppoe, ref ushort etherType, ref int offset)
    {
        for (int tags = 0; tags < MaxTags && LengthOfTag(frame, etherType, offset) is var length and not 0; tags++)
        {
            if (frame.Length < offset + length)
            {
                offset += length;
                return false;
            }

            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + length - 2)..]);
            offset += length;
        }

        if (etherType is MplsUnicast or MplsMulticast)
        {
            return SkipLabels(frame, opensPppoe, ref etherType, ref offset);
        }

        if (etherType == PppoeSession && opensPppoe)
        {
            SkipPppoe(frame, ref etherType, ref offset);
        }
        else if (etherType < LeastEtherType)
        {
            SkipSnap(frame, ref etherType, ref offset);
        }

        return true;
    }

    /// <summary>
    /// How long a tag is, the EtherType behind it included; 0 for what is none, or hides what follows (encrypted by
    /// MACsec).
    /// </summary>
    private static int LengthOfTag(ReadOnlySpan<byte> frame, ushort etherType, int offset) =>
        etherType switch
        {
            VlanTag or ServiceVlanTag or OldServiceVlanTag => 4,
            VnTag => 6,
            PortExtenderTag or MarvellTag => 8,

            // The service's number, then the frame of the customer: two addresses and an EtherType.
            ServiceInstanceTag => 18,
            CiscoMetaData => frame.Length > offset + 1 ? Math.Max((int)frame[offset + 1], 1) * 4 + 4 : 8,

            // Tag control: E (8) and C (4) tell of encryption, SC (0x20) of eight bytes more.
            MacSec => frame.Length <= offset ? 8
            : (frame[offset] & 0x0C) != 0 ? 0
            : (frame[offset] & 0x20) != 0 ? 16
            : 8,
            _ => 0,
        };

    /// <summary>
    /// Labels do not tell what follows the last of them (RFC 3032 2.2): the version of IP does, as no other payload begins with it
    /// (RFC 4928 3); a control word (RFC 4385) begins with 0, and an Ethernet frame follows it. What is neither is left with its labels.
    /// </summary>
    private static bool SkipLabels(ReadOnlySpan<byte> frame, bool opensPppoe, ref ushort etherType, ref int offset)
    {
        const int ControlWord = 4;
        const int EthernetHeader = 14;
        int behind = offset;
        bool isLast = false;
        while (!isLast && frame.Length > behind + 4)
        {
            isLast = (frame[behind + 2] & 1) != 0;
            behind += 4;
        }

        if (!isLast)
        {
            return true;
        }

        if (EtherTypeOfVersion(frame[behind]) is not 0 and ushort version)
        {
            etherType = version;
            offset = behind;
            return true;
        }

        // Without a control word too: the first address is as good as never one that begins as IP does.
        int inner = frame[behind] >> 4 == 0 && IsEthernet(frame, behind + ControlWord) ? behind + ControlWord : behind;
        if (!IsEthernet(frame, inner))
        {
            return true;
        }

        etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(inner + 12)..]);
        offset = inner + EthernetHeader;
        return etherType is IPv4 or IPv6
            || (etherType is not (MplsUnicast or MplsMulticast) && SkipTags(frame, opensPppoe, ref etherType, ref offset));

        static bool IsEthernet(ReadOnlySpan<byte> frame, int at) =>
            frame.Length > at + EthernetHeader
            && BinaryPrimitives.ReadUInt16BigEndian(frame[(at + 12)..]) switch
            {
                IPv4 => frame[at + EthernetHeader] >> 4 == 4,
                IPv6 => frame[at + EthernetHeader] >> 4 == 6,
                VlanTag or ServiceVlanTag or ServiceInstanceTag or PppoeSession => true,
                _ => false,
            };
    }

    /// <summary>A PPPoE session's data (RFC 2516 4): version and type 1, code 0, session, length, then the protocol of PPP.</summary>
    private static void SkipPppoe(ReadOnlySpan<byte> frame, ref ushort etherType, ref int offset)
    {
        const int HeaderLength = 6;
        ReadOnlySpan<byte> header = frame[Math.Min(offset, frame.Length)..];
        if (
            header.Length > HeaderLength
            && header[0] == 0x11
            && header[1] == 0
            && SerialHeader.TryParse(header[HeaderLength..], LinkLayer.Ppp, out ushort inner, out int behind)
            && inner is IPv4 or IPv6
        )
        {
            etherType = inner;
            offset += HeaderLength + behind;
        }
    }

    /// <summary>IP behind LLC and SNAP (RFC 1042). Anything else is left as it is.</summary>
    public static void SkipSnap(ReadOnlySpan<byte> frame, ref ushort etherType, ref int offset)
    {
        ReadOnlySpan<byte> header = frame[Math.Min(offset, frame.Length)..];
        if (
            header.Length >= 8
            && header.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 3, 0, 0, 0])
            && BinaryPrimitives.ReadUInt16BigEndian(header[6..]) is IPv4 or IPv6
        )
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
            offset += 8;
        }
    }

    /// <summary>
    /// The address family is written in the byte order of the machine that captured, and IPv6 has a number of its own on
    /// each BSD (24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS) beside Linux' 10. All are below 256, so either order is told apart.
    /// </summary>
    public static ushort EtherTypeOfFamily(uint family)
    {
        uint value = family > 0xFFFF ? BinaryPrimitives.ReverseEndianness(family) : family;
        return value switch
        {
            2 => IPv4,
            10 or 24 or 28 or 30 => IPv6,
            _ => 0,
        };
    }
}
