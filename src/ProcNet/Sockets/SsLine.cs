using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ProcNet.Text;

namespace ProcNet.Sockets;

/// <summary>
/// A line of ss(8): with and without the column of the protocol, numbers for ports (<c>-n</c>), processes where <c>-p</c> was
/// given.
/// </summary>
internal static partial class SsLine
{
    /// <summary>Whether a line is the header.</summary>
    public static bool IsHeader(string line) => HeaderForm().IsMatch(line);

    /// <summary>Who holds the socket of a line; null where it is no line of ss(8) that says so.</summary>
    public static IEnumerable<ProcSocket>? Holders(string line)
    {
        MatchCollection users = UserForm().Matches(line);
        return users.Count == 0
            ? null
            : users.Select(user => new ProcSocket
            {
                ProcessName = OutsideText.Sanitize(user.Groups[1].Value),
                ProcessId = int.Parse(user.Groups[2].Value, CultureInfo.InvariantCulture),
                FileDescriptor = int.Parse(user.Groups[3].Value, CultureInfo.InvariantCulture),
                Inode = InodeOf(line),
            });
    }

    /// <summary>Reads a line; null where it is none of a socket with addresses.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isDatagrams">Whether a line that does not name its protocol is of UDP.</param>
    /// <param name="source">Where it is from.</param>
    public static NetConnection? TryParse(string line, bool isDatagrams, string source)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int state = Array.FindIndex(words, static word => StateOf(word) is not null);
        if (state is < 0 or > 1 || words.Length < state + 5)
        {
            return null;
        }

        TransportProtocol? protocol =
            state == 1 ? ProtocolOf(words[0])
            : isDatagrams ? TransportProtocol.Udp
            : TransportProtocol.Tcp;
        if (
            protocol is null
            || !TryParse(words[state + 3], out IPAddress local, out int localPort)
            || !TryParse(words[state + 4], out IPAddress remote, out int remotePort)
        )
        {
            return null;
        }

        ProcSocket[] holders = [.. Holders(line) ?? []];
        int[] ids = [.. holders.Select(holder => holder.ProcessId).Distinct()];
        return new NetConnection
        {
            Protocol = protocol.Value,
            AddressFamily = local.AddressFamily,
            LocalAddress = local,
            LocalPort = localPort,
            RemoteAddress =
                remote.Equals(IPAddress.Any) && local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : remote,
            RemotePort = remotePort,
            State = StateOf(words[state])!.Value,
            ReceiveQueueBytes = long.TryParse(words[state + 1], out long received) ? received : 0,
            SendQueueBytes = long.TryParse(words[state + 2], out long sent) ? sent : 0,
            Inode = InodeOf(line),
            OwningProcess = holders.Length > 0 ? holders[0].ProcessId : null,
            ProcessName = holders.Length > 0 ? holders[0].ProcessName : null,
            SharedWith = ids.Length > 1 ? string.Join(' ', ids) : null,
            Source = source,
        };
    }

    private static long InodeOf(string line) =>
        InodeForm().Match(line) is { Success: true } inode ? long.Parse(inode.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static TransportProtocol? ProtocolOf(string netid) =>
        netid switch
        {
            "tcp" or "mptcp" => TransportProtocol.Tcp,
            "udp" => TransportProtocol.Udp,
            "udplite" or "UDPLITE" => TransportProtocol.UdpLite,
            "sctp" => TransportProtocol.Sctp,
            "dccp" => TransportProtocol.Dccp,
            _ => null,
        };

    // ss.c, sstate_name.
    private static ConnectionState? StateOf(string word) =>
        word switch
        {
            "ESTAB" => ConnectionState.Established,
            "SYN-SENT" => ConnectionState.SynSent,
            "SYN-RECV" => ConnectionState.SynReceived,
            "FIN-WAIT-1" => ConnectionState.FinWait1,
            "FIN-WAIT-2" => ConnectionState.FinWait2,
            "TIME-WAIT" => ConnectionState.TimeWait,
            "UNCONN" => ConnectionState.Closed,
            "CLOSE-WAIT" => ConnectionState.CloseWait,
            "LAST-ACK" => ConnectionState.LastAck,
            "LISTEN" => ConnectionState.Listen,
            "CLOSING" => ConnectionState.Closing,
            _ => null,
        };

    /// <summary>
    /// An address and a port: <c>127.0.0.1:53</c>, <c>[::1]:53</c>, <c>*:53</c>, <c>127.0.0.53%lo:53</c>,
    /// <c>0.0.0.0:*</c>.
    /// </summary>
    private static bool TryParse(string text, out IPAddress address, out int port)
    {
        address = IPAddress.Any;
        int colon = text.LastIndexOf(':');
        string number = text[(colon + 1)..];
        port = 0;
        if (
            colon < 0
            || (number != "*" && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            || port > ushort.MaxValue
        )
        {
            return false;
        }

        string host = text[..colon];
        int device = host.IndexOf('%', StringComparison.Ordinal);
        host = (device < 0 ? host : host[..device] + (host.StartsWith('[') ? "]" : string.Empty)).Trim('[', ']');
        if (host == "*")
        {
            // A socket of IPv6 that takes IPv4 too.
            address = IPAddress.IPv6Any;
            return true;
        }

        return IPAddress.TryParse(host, out address!);
    }

    [GeneratedRegex(@"^(Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port")]
    private static partial Regex HeaderForm();

    [GeneratedRegex("\\(\"([^\"]*)\",pid=(\\d{1,9}),fd=(\\d{1,9})\\)")]
    private static partial Regex UserForm();

    [GeneratedRegex(@"\bino:(\d{1,18})")]
    private static partial Regex InodeForm();
}
