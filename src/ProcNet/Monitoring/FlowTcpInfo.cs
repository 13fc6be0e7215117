using System.Net;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;

namespace ProcNet.Monitoring;

/// <summary>Adds to rows of conversations what the kernel knows of their TCP connections at this moment.</summary>
internal static class FlowTcpInfo
{
    /// <summary>The rows, with what is known of those that are open.</summary>
    /// <param name="flows">Rows of a live measurement.</param>
    /// <param name="notify">Takes notices.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static IReadOnlyList<TrafficFlow> Add(IReadOnlyList<TrafficFlow> flows, Action<Notice> notify, CancellationToken cancellation)
    {
        if (!flows.Any(static flow => flow.Protocol == TransportProtocol.Tcp))
        {
            return flows;
        }

        Dictionary<(IPAddress?, int, IPAddress?, int, long?), NetConnection> connections = [];
        long own = NetworkNamespace.ReadOwnInode();
        NetConnectionQuery query = new()
        {
            Protocols = new HashSet<TransportProtocol> { TransportProtocol.Tcp },
            IncludeTcpInfo = true,
            AllNetworkNamespaces = flows.Any(flow => flow.NetworkNamespace is { } other && other != own),
        };
        foreach (NetConnection connection in NetConnectionReader.Read(query, notify, cancellation))
        {
            if (connection.CongestionWindow is not null)
            {
                connections[
                    (
                        connection.LocalAddress,
                        connection.LocalPort,
                        connection.RemoteAddress,
                        connection.RemotePort,
                        connection.NetworkNamespace
                    )
                ] = connection;
            }
        }

        return [.. flows.Select(flow => Find(connections, flow, own) is { } connection ? flow.With(connection) : flow)];
    }

    // Ports come back: a socket with another inode is another connection's.
    private static NetConnection? Find(
        Dictionary<(IPAddress?, int, IPAddress?, int, long?), NetConnection> connections,
        TrafficFlow flow,
        long own
    ) =>
        flow.Protocol == TransportProtocol.Tcp
        && connections.TryGetValue(
            (flow.LocalAddress, flow.LocalPort, flow.RemoteAddress, flow.RemotePort, flow.NetworkNamespace ?? own),
            out NetConnection? connection
        )
        && (flow.Inode is null || flow.Inode == connection.Inode)
            ? connection
            : null;
}
