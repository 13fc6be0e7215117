using System.Globalization;
using System.Text;
using ProcNet.Flows;

namespace ProcNet.Capture.Triggers;

/// <summary>
/// Writes the trigger's filter. libpcap's <c>tcp[]</c> and <c>udp[]</c> reach into IPv4 only, hence the offsets into
/// <c>ip6[]</c>.
/// </summary>
internal static class TriggerExpression
{
    private const string Connections =
        "(tcp[tcpflags] & tcp-syn != 0) or (ip6[6] = 6 and ip6[53] & 2 != 0)" + " or (sctp[12] = 1) or (ip6[6] = 132 and ip6[52] = 1)";

    private const string EchoAndUdpLite =
        " or (icmp[icmptype] = icmp-echo) or (ip6[6] = 58 and ip6[40] = 128)"
        + " or (ip[9] = 136 and ip[6:2] & 0x1fff = 0) or (ip6[6] = 136)";

    // Not the fragments after the first: they carry no ports, and a stream of large datagrams is mostly these.
    private const string UdpOverIPv4 = " or (ip[9] = 17 and ip[6:2] & 0x1fff = 0";
    private const string UdpOverIPv6 = " or (ip6[6] = 17";

    // The first fragments have the ports, behind the fragment header (8 bytes).
    private const string FirstFragment = "ip6[6] = 44 and ip6[42:2] & 0xfff8 = 0";
    private const string UdpInFragments = $" or ({FirstFragment} and ip6[40] = 17";
    private const string OthersInFragments = $" or ({FirstFragment} and (ip6[40] = 136 or (ip6[40] = 58 and ip6[48] = 128)))";

    /// <summary>Writes the filter.</summary>
    /// <param name="userFilter">What the user wants to see; null for everything.</param>
    /// <param name="scope">What to look out for.</param>
    /// <param name="linkLayer">What the frames begin with.</param>
    public static string Write(string? userFilter, TriggerScope scope, LinkLayer linkLayer)
    {
        string wanted = WriteScope(scope);
        if (linkLayer == LinkLayer.Ethernet)
        {
            // After "vlan" all offsets mean the packet behind the tag (pcap-filter(7)): so last.
            wanted = $"{wanted} or (vlan and ({wanted}))";
        }

        return string.IsNullOrWhiteSpace(userFilter) ? wanted : $"({userFilter}) and ({wanted})";
    }

    private static string WriteScope(TriggerScope scope)
    {
        if (!scope.Datagrams)
        {
            return Connections;
        }

        var expression = new StringBuilder(Connections).Append(EchoAndUdpLite).Append(UdpOverIPv4);
        AppendExclusions(expression, scope.Excluded, "udp[0:4]");
        expression.Append(')').Append(UdpOverIPv6);
        AppendExclusions(expression, scope.Excluded, "ip6[40:4]");
        expression.Append(')').Append(OthersInFragments).Append(UdpInFragments);
        AppendExclusions(expression, scope.Excluded, "ip6[48:4]");
        return expression.Append(')').ToString();
    }

    /// <summary>Both ports are one number of 32 bits, and it is either of two by the direction.</summary>
    private static void AppendExclusions(StringBuilder expression, IReadOnlyList<PortPair> excluded, string ports)
    {
        foreach (PortPair pair in excluded)
        {
            uint forth = ((uint)pair.Low << 16) | pair.High;
            uint back = ((uint)pair.High << 16) | pair.Low;
            expression.Append(CultureInfo.InvariantCulture, $" and {ports} != {forth}");
            if (back != forth)
            {
                expression.Append(CultureInfo.InvariantCulture, $" and {ports} != {back}");
            }
        }
    }
}
