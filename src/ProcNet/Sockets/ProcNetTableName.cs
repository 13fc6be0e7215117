using System.Net.Sockets;

namespace ProcNet.Sockets;

/// <summary>The names of the kernel's tables below <c>/proc/net</c>.</summary>
internal static class ProcNetTableName
{
    /// <summary>The table's name; null where the protocol has none of this form.</summary>
    public static string? Of(TransportProtocol protocol, AddressFamily family) =>
        (protocol, family == AddressFamily.InterNetworkV6) switch
        {
            (TransportProtocol.Tcp, false) => "tcp",
            (TransportProtocol.Tcp, true) => "tcp6",
            (TransportProtocol.Udp, false) => "udp",
            (TransportProtocol.Udp, true) => "udp6",
            (TransportProtocol.UdpLite, false) => "udplite",
            (TransportProtocol.UdpLite, true) => "udplite6",
            (TransportProtocol.Raw, false) => "raw",
            (TransportProtocol.Raw, true) => "raw6",
            (TransportProtocol.Icmp, false) => "icmp",
            (TransportProtocol.IcmpV6, true) => "icmp6",
            _ => null,
        };

    /// <summary>The protocol that a saved table's file name tells: <c>proc_net_tcp.txt</c>, <c>udp6</c>, <c>host-raw.txt</c>.</summary>
    /// <returns>Null where it tells none.</returns>
    public static TransportProtocol? ProtocolOf(string path)
    {
        TransportProtocol? found = null;
        ReadOnlySpan<char> rest = Path.GetFileName(path.AsSpan());
        while (!rest.IsEmpty)
        {
            int length = 0;
            while (length < rest.Length && char.IsAsciiLetterOrDigit(rest[length]))
            {
                length++;
            }

            found = ProtocolOfWord(rest[..length]) ?? found;
            rest = rest[Math.Min(rest.Length, length + 1)..];
        }

        return found;
    }

    private static TransportProtocol? ProtocolOfWord(ReadOnlySpan<char> word)
    {
        Span<char> lower = stackalloc char[10];
        int length = word.Length <= lower.Length ? word.ToLowerInvariant(lower) : 0;
        return lower[..length] switch
        {
            "tcp" or "tcp6" => TransportProtocol.Tcp,
            "udp" or "udp6" => TransportProtocol.Udp,
            "udplite" or "udplite6" => TransportProtocol.UdpLite,
            "raw" or "raw6" => TransportProtocol.Raw,
            "icmp" => TransportProtocol.Icmp,
            "icmp6" => TransportProtocol.IcmpV6,
            _ => null,
        };
    }
}
