using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Linux;
using ProcNet.Linux.Netlink;

namespace ProcNet.Sockets;

/// <summary>
/// The kernel's socket tables by sock_diag(7): whole tables at half the cost of /proc/net, and one socket by its 5-tuple in
/// microseconds, whatever the size of the table. No allocation per row or query. Not thread-safe: one for each thread.
/// </summary>
internal sealed class SockDiag : IDisposable
{
    private readonly NetlinkSocket _socket;
    private TransportProtocol _protocol;
    private bool _hasDetails;
    private SocketRow _first;
    private bool _hasFirst;

    /// <summary>Opens the tables of the calling thread's network namespace.</summary>
    /// <exception cref="LinuxException">The kernel or a sandbox has no sock_diag.</exception>
    public SockDiag()
        : this(new NetlinkSocket(NetlinkProtocol.SocketDiagnostics)) { }

    private SockDiag(NetlinkSocket socket) => _socket = socket;

    /// <summary>
    /// Why the last <see cref="Begin"/> gave false: an error number; <see cref="Errno.ENOENT"/> where there is no such
    /// table.
    /// </summary>
    public int Error => _socket.Error;

    /// <summary>Opens the tables of another network namespace.</summary>
    /// <param name="namespacePath">For example <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>.</param>
    /// <exception cref="ProcNetException">The namespace does not exist or may not be entered.</exception>
    /// <exception cref="LinuxException">The kernel has no sock_diag.</exception>
    public static SockDiag OpenIn(string namespacePath) => new(NetlinkSocket.OpenIn(namespacePath, NetlinkProtocol.SocketDiagnostics));

    /// <summary>Whether sock_diag can have a table of that protocol; the kernel may still lack the module.</summary>
    public static bool Knows(TransportProtocol protocol) =>
        protocol
            is TransportProtocol.Tcp
                or TransportProtocol.Udp
                or TransportProtocol.UdpLite
                or TransportProtocol.Raw
                or TransportProtocol.Sctp
                or TransportProtocol.Dccp;

    /// <summary>Gives every row of a table to a visitor.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="family">The family of the sockets: an IPv6 socket that carries IPv4 is in the IPv6 table.</param>
    /// <param name="visitor">Takes the rows, and may end the reading.</param>
    /// <param name="filter">What the kernel shall leave out.</param>
    /// <returns>False where the kernel has no such table.</returns>
    /// <exception cref="LinuxException">The dump failed.</exception>
    public bool Dump(TransportProtocol protocol, AddressFamily family, SocketRowVisitor visitor, SocketDumpFilter filter = default)
    {
        if (!Begin(protocol, family, filter))
        {
            return Error == Errno.ENOENT ? false : throw new LinuxException($"sock_diag {protocol}", Error);
        }

        while (Next(out SocketRow row) && visitor(in row)) { }

        return true;
    }

    /// <summary>Begins to read a table; <see cref="Next"/> gives its rows as the kernel hands them over.</summary>
    /// <returns>False where the kernel does not give it: see <see cref="Error"/>.</returns>
    public bool Begin(TransportProtocol protocol, AddressFamily family, SocketDumpFilter filter = default)
    {
        Span<byte> request = stackalloc byte[SocketDiagnosticsMessage.RequestLength];
        SocketDiagnosticsMessage.WriteDump(request, protocol, family, filter);
        _protocol = protocol;
        _hasDetails = filter.HasDetails;
        _hasFirst = false;
        _socket.Send(SocketDiagnosticsMessage.Type, NetlinkFlags.Dump, request);
        _hasFirst = Receive(out _first);
        return _socket.Error == 0;
    }

    /// <summary>The next row of the table.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="LinuxException">The dump failed.</exception>
    public bool Next(out SocketRow row)
    {
        if (_hasFirst)
        {
            row = _first;
            _hasFirst = false;
            return true;
        }

        if (Receive(out row))
        {
            return true;
        }

        _socket.ThrowOnError("sock_diag dump");
        return false;
    }

    /// <summary>
    /// Asks for the socket that takes what arrives at a local endpoint from a remote endpoint, as the kernel itself would choose
    /// it.
    /// </summary>
    /// <param name="protocol">TCP, UDP or UDP-Lite.</param>
    /// <param name="local">The local address.</param>
    /// <param name="localPort">The local port.</param>
    /// <param name="remote">The remote address.</param>
    /// <param name="remotePort">The remote port.</param>
    /// <param name="row">
    /// The socket. Of TCP it may be the listener (<see cref="ConnectionState.Listen"/>) where there is no connection; of UDP the
    /// connected, the bound or the wildcard-bound one. Its own addresses say which.
    /// </param>
    /// <param name="interfaceIndex">The interface that the packet came by, which finds sockets bound to it; 0 for none.</param>
    /// <returns>False where there is none.</returns>
    /// <exception cref="LinuxException">The query failed.</exception>
    public bool TryFind(
        TransportProtocol protocol,
        AddressValue local,
        ushort localPort,
        AddressValue remote,
        ushort remotePort,
        out SocketRow row,
        int interfaceIndex = 0
    )
    {
        Span<byte> request = stackalloc byte[SocketDiagnosticsMessage.RequestLength];
        if (protocol == TransportProtocol.Tcp)
        {
            SocketDiagnosticsMessage.WriteFind(request, protocol, local, localPort, remote, remotePort, interfaceIndex);
        }
        else
        {
            // "src and dst are swapped for historical reasons" (udp_dump_one, net/ipv4/udp_diag.c): source means the sender.
            SocketDiagnosticsMessage.WriteFind(request, protocol, remote, remotePort, local, localPort, interfaceIndex);
        }

        _protocol = protocol;
        _hasDetails = false;
        _hasFirst = false;
        _socket.Send(SocketDiagnosticsMessage.Type, NetlinkFlags.None, request);
        if (Receive(out row))
        {
            return true;
        }

        return _socket.Error is 0 or Errno.ENOENT ? false : throw new LinuxException($"sock_diag {protocol} query", _socket.Error);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool Receive(out SocketRow row)
    {
        while (_socket.Next(out ushort type, out ReadOnlySpan<byte> body))
        {
            if (type == SocketDiagnosticsMessage.Type && SocketDiagnosticsMessage.TryRead(body, _protocol, _hasDetails, out row))
            {
                return true;
            }
        }

        row = default;
        return false;
    }
}
