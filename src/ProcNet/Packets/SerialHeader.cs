using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>Finds the network layer behind the headers of serial lines: PPP, Cisco HDLC and frame relay.</summary>
internal static class SerialHeader
{
    // RFC 1662 3.1: all stations, unnumbered information. Compressed away on most lines (RFC 1661 6.6).
    private const ushort PppAddressAndControl = 0xFF03;

    // Cisco HDLC's addresses, one station and all of them; then a zero and an EtherType. Savefiles of PPP have such frames too.
    private const byte HdlcUnicast = 0x0F;
    private const byte HdlcMulticast = 0x8F;

    /// <summary>Reads the header.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="linkLayer">PPP, Cisco HDLC or frame relay.</param>
    /// <param name="etherType">What follows, as an EtherType; 0 where it has none.</param>
    /// <param name="offset">Where it follows.</param>
    /// <returns>False where the header is cut short.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, LinkLayer linkLayer, out ushort etherType, out int offset)
    {
        bool isHdlc = linkLayer == LinkLayer.CiscoHdlc || (frame.Length > 0 && frame[0] is HdlcUnicast or HdlcMulticast);
        return linkLayer == LinkLayer.FrameRelay ? TryParseFrameRelay(frame, out etherType, out offset)
            : isHdlc ? TryParseHdlc(frame, out etherType, out offset)
            : TryParsePpp(frame, out etherType, out offset);
    }

    private static bool TryParsePpp(ReadOnlySpan<byte> frame, out ushort etherType, out int offset)
    {
        etherType = 0;
        offset = frame.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(frame) == PppAddressAndControl ? 2 : 0;
        if (frame.Length <= offset)
        {
            return false;
        }

        // An odd first byte is the whole number: its leading zero is compressed away (RFC 1661 6.5).
        int protocol = frame[offset++];
        if ((protocol & 1) == 0)
        {
            if (frame.Length <= offset)
            {
                return false;
            }

            protocol = (protocol << 8) | frame[offset++];
        }

        etherType = protocol switch
        {
            0x0021 => LinkHeader.IPv4,
            0x0057 => LinkHeader.IPv6,
            0x0281 => LinkHeader.MplsUnicast,
            0x0283 => LinkHeader.MplsMulticast,
            _ => 0,
        };
        return true;
    }

    private static bool TryParseHdlc(ReadOnlySpan<byte> frame, out ushort etherType, out int offset)
    {
        offset = 4;
        etherType = frame.Length < offset ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
        return frame.Length >= offset;
    }

    /// <summary>Q.922 addresses end with an odd byte; RFC 2427 names the protocol behind them, Cisco has an EtherType there.</summary>
    private static bool TryParseFrameRelay(ReadOnlySpan<byte> frame, out ushort etherType, out int offset)
    {
        const byte UnnumberedInformation = 3;
        const byte Pad = 0;
        etherType = 0;
        offset = 0;
        while (offset < frame.Length && (frame[offset] & 1) == 0)
        {
            offset++;
        }

        offset++;
        if (frame.Length < offset + 2)
        {
            return false;
        }

        if (frame[offset] != UnnumberedInformation)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]);
            offset += 2;
            return true;
        }

        offset++;
        if (frame[offset] == Pad && frame.Length > offset + 1)
        {
            offset++;
        }

        // The protocol's number: 0x80 announces SNAP, an organisation of three bytes and what it names.
        byte protocol = frame[offset++];
        if (protocol == 0x80 && frame.Length >= offset + 5 && frame[offset] == 0 && frame[offset + 1] == 0 && frame[offset + 2] == 0)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 3)..]);
            offset += 5;
            return true;
        }

        etherType = protocol switch
        {
            0xCC => LinkHeader.IPv4,
            0x8E => LinkHeader.IPv6,
            _ => 0,
        };
        return true;
    }
}
