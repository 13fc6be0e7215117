using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>
/// Reads what the flow table needs from a frame and copies nothing. Every frame gets a key: one that cannot be read is
/// <see cref="FlowKind.Malformed"/>, one that is not IP <see cref="FlowKind.NotIP"/>. The larger steps are kept apart
/// (NoInlining): folded into one method they use up what the compiler allows for inlining, and the reads of two bytes become calls.
/// </summary>
internal static class FrameDecoder
{
    private const int IPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;
    private const byte Dccp = 33;
    private const byte Authentication = 51;

    // More extension headers than any real packet carries; a limit, so that a hostile one cannot make us walk.
    private const int MaxExtensionHeaders = 10;

    /// <summary>Decodes a frame whose link type <see cref="LinkHeader.Knows"/>.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    /// <param name="captured">The interface that it was captured on.</param>
    /// <param name="decoded">What was read.</param>
    public static void Decode(ReadOnlySpan<byte> frame, int wireLength, TrafficInterface captured, out DecodedFrame decoded)
    {
        bool whole = LinkHeader.TryParse(
            frame,
            captured.LinkLayer,
            captured.HardwareAddress,
            captured.OpensPppoe,
            out ushort etherType,
            out int offset,
            out FrameDirection direction
        );
        DecodeNetwork(frame, wireLength, offset, whole, etherType, direction, captured.Slot, out decoded);
    }

    private static void DecodeNetwork(
        ReadOnlySpan<byte> frame,
        int wireLength,
        int offset,
        bool linkHeaderIsWhole,
        ushort etherType,
        FrameDirection direction,
        ushort slot,
        out DecodedFrame decoded
    )
    {
        decoded = default;
        if (!linkHeaderIsWhole)
        {
            Account(FlowKind.Malformed, 0, wireLength, offset, direction, slot, ref decoded);
            return;
        }

        if (etherType is not (LinkHeader.IPv4 or LinkHeader.IPv6))
        {
            Account(FlowKind.NotIP, etherType, wireLength, offset, direction, slot, ref decoded);
            return;
        }

        ReadOnlySpan<byte> packet = offset <= frame.Length ? frame[offset..] : default;
        int available = wireLength - offset;
        bool read =
            etherType == LinkHeader.IPv4
                ? TryDecodeIPv4(packet, available, slot, ref decoded)
                : TryDecodeIPv6(packet, available, slot, ref decoded);
        decoded.IsSent = direction == FrameDirection.Sent;
        decoded.NetworkOffset = offset;
        if (!read)
        {
            Account(FlowKind.Malformed, etherType, wireLength, offset, direction, slot, ref decoded);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Account(
        FlowKind kind,
        ushort etherType,
        int wireLength,
        int offset,
        FrameDirection direction,
        ushort slot,
        ref DecodedFrame decoded
    )
    {
        decoded = default;
        decoded.Key = FlowKey.Special(kind, etherType, slot);
        decoded.FromLow = direction == FrameDirection.Sent;
        decoded.Bytes = Math.Max(wireLength - offset, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryDecodeIPv4(ReadOnlySpan<byte> packet, int available, ushort slot, ref DecodedFrame decoded)
    {
        if (packet.Length < IPv4HeaderLength || packet[0] >> 4 != 4)
        {
            return false;
        }

        int headerLength = (packet[0] & 0xF) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length == 0)
        {
            // Left to the network card (TSO), or longer than the field can say (BIG TCP): the frame's length is the truth.
            length = available;
        }

        if (headerLength < IPv4HeaderLength || length < headerLength)
        {
            return false;
        }

        // A packet that says to be longer than its frame is forged, or was cut by a tool that kept no length: what was there is counted.
        length = Math.Max(Math.Min(length, available), IPv4HeaderLength);

        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        bool isLater = (fragment & 0x1FFF) != 0;
        bool moreFollow = (fragment & 0x2000) != 0;
        decoded.Part =
            isLater ? FragmentPart.Later
            : moreFollow ? FragmentPart.First
            : FragmentPart.Whole;
        decoded.FragmentId = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        decoded.FragmentProtocol = packet[9];
        decoded.Bytes = length;
        var source = AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(packet[12..]));
        var destination = AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
        byte protocol = packet[9];
        int offset = headerLength;
        if (protocol == Authentication && !isLater)
        {
            if (packet.Length >= offset + 8)
            {
                protocol = packet[offset];
                offset += (packet[offset + 1] + 2) * 4;
            }
        }

        DecodeTransport(packet, offset, length, protocol, source, destination, slot, isMapped: false, ref decoded);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryDecodeIPv6(ReadOnlySpan<byte> packet, int available, ushort slot, ref DecodedFrame decoded)
    {
        if (packet.Length < IPv6HeaderLength || packet[0] >> 4 != 6)
        {
            return false;
        }

        byte next = packet[6];
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) + IPv6HeaderLength;
        if (length == IPv6HeaderLength && IsFollowedByHeader(next))
        {
            // A jumbogram (RFC 2675) or BIG TCP: the frame's length is the truth. Other packets may be empty, and padded by Ethernet.
            length = available;
        }

        length = Math.Max(Math.Min(length, available), IPv6HeaderLength);
        decoded.Bytes = length;
        var source = AddressValue.FromIPv6(packet[8..]);
        var destination = AddressValue.FromIPv6(packet[24..]);
        if (!TrySkipExtensionHeaders(packet, ref next, out int offset, ref decoded))
        {
            return false;
        }

        DecodeTransport(packet, offset, length, next, source, destination, slot, source.IsIPv4 && destination.IsIPv4, ref decoded);
        return true;
    }

    /// <summary>Walks the extension headers (RFC 8200 4, RFC 4302, RFC 6275, RFC 7401, RFC 5533).</summary>
    private static bool TrySkipExtensionHeaders(ReadOnlySpan<byte> packet, ref byte next, out int offset, ref DecodedFrame decoded)
    {
        offset = IPv6HeaderLength;
        for (int walked = 0; walked < MaxExtensionHeaders; walked++)
        {
            int unit;
            switch (next)
            {
                case 0 or 43 or 60 or 135 or 139 or 140: // hop-by-hop, routing, destination, mobility, HIP, shim6
                    unit = 8;
                    break;
                case Authentication: // counts words of four bytes, less two
                    unit = 4;
                    break;
                case 44: // fragment
                    if (packet.Length < offset + 8)
                    {
                        return true;
                    }

                    ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
                    bool isLater = (fragment & 0xFFF8) != 0;
                    bool moreFollow = (fragment & 1) != 0;
                    decoded.Part =
                        isLater ? FragmentPart.Later
                        : moreFollow ? FragmentPart.First
                        : FragmentPart.Whole;
                    decoded.FragmentId = BinaryPrimitives.ReadUInt32BigEndian(packet[(offset + 4)..]);
                    next = decoded.FragmentProtocol = packet[offset];
                    offset += 8;
                    if (isLater)
                    {
                        // What follows is payload, not headers.
                        return true;
                    }

                    continue;
                default:
                    return true;
            }

            if (packet.Length < offset + 8)
            {
                // Cut: the addresses are known, and the header that is missing is the protocol.
                return true;
            }

            next = packet[offset];
            offset += unit == 8 ? (packet[offset + 1] + 1) * 8 : (packet[offset + 1] + 2) * 4;
        }

        return false;
    }

    /// <summary>
    /// Reads the ports where they are there: of a packet that is cut before them the addresses are known, and the ports are
    /// 0.
    /// </summary>
    private static void DecodeTransport(
        ReadOnlySpan<byte> packet,
        int offset,
        int length,
        byte protocol,
        AddressValue source,
        AddressValue destination,
        ushort slot,
        bool isMapped,
        ref DecodedFrame decoded
    )
    {
        ushort sourcePort = 0;
        ushort destinationPort = 0;
        FlowKind kind = FlowKind.Conversation;
        if (decoded.Part == FragmentPart.Later)
        {
            kind = FlowKind.Fragment;
        }
        else
        {
            int there = Math.Min(packet.Length, length) - offset;
            decoded.TransportOffset = offset;
            switch (protocol)
            {
                case IPProtocol.Tcp or IPProtocol.Udp or IPProtocol.UdpLite or IPProtocol.Sctp or Dccp when there >= 4:
                    sourcePort = BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
                    destinationPort = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
                    if (protocol == IPProtocol.Tcp && packet.Length > offset + 13)
                    {
                        decoded.TcpFlags = packet[offset + 13];
                    }

                    break;
                case IPProtocol.Icmp or IPProtocol.IcmpV6 when there >= 6 && IsEcho(protocol, packet[offset]):
                    // The identifier is what a ping socket is bound to: it stands for both ports.
                    sourcePort = destinationPort = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 4)..]);
                    break;
                default:
                    break;
            }
        }

        decoded.Key = FlowKey.Create(source, sourcePort, destination, destinationPort, protocol, kind, slot, out decoded.FromLow);
        if (isMapped)
        {
            decoded.Key = decoded.Key.AsMapped();
        }
    }

    /// <summary>Whether a next header value announces a header, so that a packet with it cannot end before it.</summary>
    private static bool IsFollowedByHeader(byte next) =>
        next
            is 0
                or 43
                or 44
                or Authentication
                or 60
                or 135
                or 139
                or 140
                or IPProtocol.Icmp
                or IPProtocol.Tcp
                or IPProtocol.Udp
                or Dccp
                or IPProtocol.IcmpV6
                or IPProtocol.Sctp
                or IPProtocol.UdpLite;

    private static bool IsEcho(byte protocol, byte type) => protocol == IPProtocol.Icmp ? type is 8 or 0 : type is 128 or 129;
}
