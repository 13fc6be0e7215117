using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>Finds LLC in the data frames of IEEE 802.11 (9.2 and 9.3.2 of the 2020 edition) that are not encrypted.</summary>
internal static class WlanHeader
{
    private const uint AvsMagic = 0x80211001;
    private const int PrismLength = 144;

    /// <summary>Reads the header and, of the link types that have one, what stands before it.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="linkLayer">802.11, or one of those that wrap it.</param>
    /// <param name="offset">Where LLC begins. Of frames that have none (management, control, encrypted): where the 802.11 header
    /// begins.</param>
    /// <returns>False where the header is cut short.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, LinkLayer linkLayer, out int offset)
    {
        bool isPadded = false;
        offset = 0;
        if (linkLayer == LinkLayer.Ieee80211Radiotap)
        {
            if (frame.Length < 8)
            {
                return false;
            }

            offset = BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]);
            isPadded = offset <= frame.Length && IsPadded(frame[..offset]);
        }
        else if (linkLayer is LinkLayer.Ieee80211Prism or LinkLayer.Ieee80211Avs)
        {
            if (frame.Length < 8)
            {
                return false;
            }

            // Drivers give the one where they announce the other.
            bool isAvs = BinaryPrimitives.ReadUInt32BigEndian(frame) == AvsMagic;
            offset = isAvs ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(frame[4..]), ushort.MaxValue) : PrismLength;
        }

        return offset <= frame.Length && TrySkip(frame[offset..], isPadded, ref offset);
    }

    private static bool TrySkip(ReadOnlySpan<byte> frame, bool isPadded, ref int offset)
    {
        const int DataType = 2;
        const int NoData = 4;
        const int QualityOfService = 8;
        if (frame.Length < 2)
        {
            return false;
        }

        int subtype = frame[0] >> 4;
        bool isEncrypted = (frame[1] & 0x40) != 0;
        if (((frame[0] >> 2) & 3) != DataType || (subtype & NoData) != 0 || isEncrypted)
        {
            return true;
        }

        int length = (frame[1] & 3) == 3 ? 30 : 24;
        bool holdsSeveral = false;
        if ((subtype & QualityOfService) != 0)
        {
            holdsSeveral = frame.Length > length && (frame[length] & 0x80) != 0;
            length += 2;
            if ((frame[1] & 0x80) != 0)
            {
                length += 4; // HT control
            }
        }

        if (isPadded)
        {
            length = (length + 3) & ~3;
        }

        if (holdsSeveral)
        {
            // A-MSDU: two addresses and a length before each; the first is read.
            length += 14;
        }

        offset += length;
        return frame.Length >= length;
    }

    /// <summary>
    /// Whether radiotap's flags (its second field, behind a time of eight bytes) tell of padding between header and
    /// data.
    /// </summary>
    private static bool IsPadded(ReadOnlySpan<byte> header)
    {
        const uint HasTime = 1;
        const uint HasFlags = 2;
        const byte Padded = 0x20;
        if (header.Length < 8)
        {
            return false;
        }

        uint present = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if ((present & HasFlags) == 0)
        {
            return false;
        }

        int at = 4;
        while (at + 8 <= header.Length && (BinaryPrimitives.ReadUInt32LittleEndian(header[at..]) & 0x80000000) != 0)
        {
            at += 4;
        }

        at += 4;
        if ((present & HasTime) != 0)
        {
            at = ((at + 7) & ~7) + 8;
        }

        return at < header.Length && (header[at] & Padded) != 0;
    }
}
