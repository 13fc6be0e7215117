using System.Buffers.Binary;
using System.Net.Sockets;
using ProcNet.Addresses;

namespace ProcNet.Sockets;

/// <summary>
/// Parses the rows of <c>/proc/net/tcp</c> and its siblings (tcp6, udp, udp6, udplite, udplite6, raw, raw6, icmp, icmp6):
/// they share their first ten columns (proc_net_tcp in the kernel's Documentation/networking). Columns may have lost their padding, and
/// those after the inode may be missing. Pure, no allocation.
/// </summary>
internal static class ProcNetTableParser
{
    private const int IPv4Digits = 8;
    private const int IPv6Digits = 32;

    /// <summary>Whether a line is a table's heading.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) =>
        line.TrimStart(" \t"u8) is var start && start.StartsWith("sl"u8) && start.Length > 2 && IsBlank(start[2]);

    /// <summary>
    /// Whether a heading has a column that the tables of all protocols but TCP have (their seq_show functions in the kernel's
    /// net/).
    /// </summary>
    public static bool HasDrops(ReadOnlySpan<byte> header) => header.IndexOf("drops"u8) >= 0;

    /// <summary>Parses a row.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="protocol">The protocol of the table; ICMP of an IPv6 row becomes ICMPv6.</param>
    /// <param name="row">The row.</param>
    /// <returns>False where the line is no row.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, TransportProtocol protocol, out SocketRow row) =>
        TryParse(line, protocol, out row, out _);

    /// <summary>The same, saying whether the line ends in the inode.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, TransportProtocol protocol, out SocketRow row, out bool endsWithInode)
    {
        endsWithInode = false;
        row = default;
        ReadOnlySpan<byte> slot = NextColumn(ref line);
        if (
            slot.Length < 2
            || slot[^1] != (byte)':'
            || !TryParseEnd(NextColumn(ref line), out row.Local, out row.LocalPort, out row.Family)
            || !TryParseEnd(NextColumn(ref line), out row.Remote, out row.RemotePort, out AddressFamily remoteFamily)
            || remoteFamily != row.Family
            || !TryParseHex(NextColumn(ref line), out uint state)
            || !TryParseQueues(NextColumn(ref line), out row.SendQueue, out row.ReceiveQueue)
        )
        {
            return false;
        }

        NextColumn(ref line); // tr:when, the timer
        NextColumn(ref line); // retransmissions
        if (!TryParseUser(NextColumn(ref line), out row.UserId))
        {
            return false;
        }

        NextColumn(ref line); // probes without an answer
        if (!TryParseNumber(NextColumn(ref line), out row.Inode))
        {
            return false;
        }

        endsWithInode = line.IsEmpty;
        row.State = KernelSocketState.ToConnectionState((int)state);
        row.Protocol =
            protocol == TransportProtocol.Icmp && row.Family == AddressFamily.InterNetworkV6 ? TransportProtocol.IcmpV6 : protocol;
        return true;
    }

    private static ReadOnlySpan<byte> NextColumn(ref ReadOnlySpan<byte> line)
    {
        // An editor or a terminal may have made tabs of the blanks.
        line = line.TrimStart(" \t"u8);
        int end = line.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> column = end < 0 ? line : line[..end];
        line = line[column.Length..];
        return column;
    }

    private static bool TryParseEnd(ReadOnlySpan<byte> text, out AddressValue address, out ushort port, out AddressFamily family)
    {
        address = default;
        port = 0;
        family = AddressFamily.Unspecified;
        int digits = text.Length - 5; // ":0050"
        if (digits is not (IPv4Digits or IPv6Digits) || text[digits] != (byte)':' || !TryParseHex(text[(digits + 1)..], out uint number))
        {
            return false;
        }

        // Each eight digits are a word in the byte order of the machine that wrote the table; x64 and arm64 are little-endian.
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < digits; i += 8)
        {
            if (!TryParseHex(text.Slice(i, 8), out uint word))
            {
                return false;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i / 2)..], word);
        }

        port = (ushort)number;
        family = digits == IPv4Digits ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        address = digits == IPv4Digits ? AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : AddressValue.FromIPv6(bytes);
        return true;
    }

    private static bool TryParseQueues(ReadOnlySpan<byte> text, out uint send, out uint receive)
    {
        receive = 0;
        send = 0;
        int colon = text.IndexOf((byte)':');
        return colon > 0 && TryParseHex(text[..colon], out send) && TryParseHex(text[(colon + 1)..], out receive);
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 8)
        {
            return false;
        }

        foreach (byte character in text)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9)
            {
                digit = (uint)((character | 0x20) - 'a') + 10;
                if (digit is < 10 or > 15)
                {
                    return false;
                }
            }

            value = value << 4 | digit;
        }

        return true;
    }

    /// <summary>A user's number; old kernels wrote the highest ones as negative (nobody is -2).</summary>
    private static bool TryParseUser(ReadOnlySpan<byte> text, out uint value)
    {
        bool isNegative = text.Length > 1 && text[0] == (byte)'-';
        if (!TryParseNumber(isNegative ? text[1..] : text, out value) || (isNegative && value > int.MaxValue))
        {
            return false;
        }

        value = isNegative ? unchecked(0u - value) : value;
        return true;
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';

    private static bool TryParseNumber(ReadOnlySpan<byte> text, out uint value)
    {
        ulong number = 0;
        foreach (byte character in text)
        {
            uint digit = (uint)(character - '0');
            number = number * 10 + digit;
            if (digit > 9 || number > uint.MaxValue)
            {
                value = 0;
                return false;
            }
        }

        value = (uint)number;
        return !text.IsEmpty;
    }
}
