using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Linux.Netlink;

namespace ProcNet.Conntrack;

/// <summary>
/// The kernel's tracked connections (nf_conntrack), asked for one by one by ctnetlink, which takes CAP_NET_ADMIN. Entries outlive the
/// conversation: 10 s and more of TCP, 30 s of UDP. Not thread-safe.
/// </summary>
internal sealed class ConntrackTable : IConntrackTable
{
    private readonly NetlinkSocket _socket;

    private ConntrackTable(NetlinkSocket socket) => _socket = socket;

    /// <summary>Opens the table of a network namespace.</summary>
    /// <param name="namespacePath">The namespace; null for the calling thread's.</param>
    /// <param name="procPath">Where <c>/proc</c> is.</param>
    /// <returns>Null where the kernel does not track connections, so that none is translated.</returns>
    /// <exception cref="LinuxException">There are no such sockets here.</exception>
    /// <exception cref="ProcNetException">The namespace has gone, or may not be entered.</exception>
    public static ConntrackTable? TryOpen(string? namespacePath, string procPath = "/proc")
    {
        // Not asked otherwise: the query would load the module.
        if (!File.Exists($"{procPath}/sys/net/netfilter/nf_conntrack_max"))
        {
            return null;
        }

        return new ConntrackTable(
            namespacePath is null
                ? new NetlinkSocket(NetlinkProtocol.Netfilter)
                : NetlinkSocket.OpenIn(namespacePath, NetlinkProtocol.Netfilter)
        );
    }

    /// <inheritdoc/>
    public bool TryFind(in FiveTuple shown, out FiveTuple behind)
    {
        // The kernel finds an entry by the tuple of either direction: this is the one of packets to the end.
        Span<byte> request = stackalloc byte[ConntrackMessage.LongestRequest];
        int length = ConntrackMessage.WriteGet(request, shown);

        // The one answer bears the flag of an answer in parts (ctnetlink_fill_info) and no end follows it: the acknowledgement is the end.
        _socket.Send(ConntrackMessage.Get, NetlinkFlags.Acknowledge, request[..length]);
        while (_socket.Next(out ushort type, out ReadOnlySpan<byte> body))
        {
            if (type == ConntrackMessage.New && ConntrackMessage.TryRead(body, shown, out behind))
            {
                return true;
            }
        }

        behind = default;
        return _socket.Error is 0 or Errno.ENOENT ? false : throw new LinuxException("ctnetlink query", _socket.Error);
    }

    /// <inheritdoc/>
    public void ReadTwiceTranslated(Action<FiveTuple, FiveTuple> take)
    {
        Span<byte> request = stackalloc byte[ConntrackMessage.LongestRequest];
        _socket.Send(ConntrackMessage.Get, NetlinkFlags.Dump, request[..ConntrackMessage.WriteDumpOfTranslated(request)]);
        while (_socket.Next(out ushort type, out ReadOnlySpan<byte> body))
        {
            if (type == ConntrackMessage.New && ConntrackMessage.TryReadTwiceTranslated(body, out FiveTuple caller, out FiveTuple called))
            {
                take(caller, called);
            }
        }

        _socket.ThrowOnError("ctnetlink dump");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
