namespace ProcNet.Linux.Netlink;

/// <summary>The kernel service that a netlink socket speaks to (netlink(7)).</summary>
internal enum NetlinkProtocol
{
    /// <summary>NETLINK_ROUTE: links, addresses, routes (rtnetlink(7)).</summary>
    Route = 0,

    /// <summary>NETLINK_SOCK_DIAG: socket tables (sock_diag(7)).</summary>
    SocketDiagnostics = 4,

    /// <summary>NETLINK_NETFILTER: nfnetlink, for tracked connections.</summary>
    Netfilter = 12,
}
