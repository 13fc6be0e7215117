using System.Net;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Sockets;

public sealed class SockDiagTests : IDisposable
{
    private static readonly AddressValue s_loopback = AddressValue.From(IPAddress.Loopback);
    private static readonly AddressValue s_loopbackV6 = AddressValue.From(IPAddress.IPv6Loopback);

    private readonly LiveSockets _live = new();
    private readonly SockDiag _diag = new();

    [Fact]
    public void A_connection_is_found_from_either_end()
    {
        SocketRow client = Find(TransportProtocol.Tcp, s_loopback, _live.Client.LocalPort(), s_loopback, _live.Listener.LocalPort());
        SocketRow server = Find(TransportProtocol.Tcp, s_loopback, _live.Listener.LocalPort(), s_loopback, _live.Client.LocalPort());

        Assert.Equal((_live.Client.Inode(), ConnectionState.Established), (client.Inode, client.State));
        Assert.Equal((_live.Server.Inode(), ConnectionState.Established), (server.Inode, server.State));
        Assert.Equal((s_loopback, _live.Client.LocalPort()), (client.Local, client.LocalPort));
        Assert.NotEqual(0UL, client.Cookie);
        Assert.NotEqual(client.Cookie, server.Cookie);
    }

    [Fact]
    public void A_connection_over_IPv6_is_found() =>
        Assert.Equal(
            _live.ClientV6.Inode(),
            Find(TransportProtocol.Tcp, s_loopbackV6, _live.ClientV6.LocalPort(), s_loopbackV6, _live.ListenerV6.LocalPort()).Inode
        );

    [Fact]
    public void Without_a_connection_the_listener_is_found_and_says_so()
    {
        SocketRow row = Find(TransportProtocol.Tcp, s_loopback, _live.Listener.LocalPort(), s_loopback, 1);

        Assert.Equal((_live.Listener.Inode(), ConnectionState.Listen), (row.Inode, row.State));
        Assert.Equal(7U, row.SendQueue);
    }

    [Fact]
    public void An_IPv4_connection_on_an_IPv6_socket_is_found_by_its_IPv4_addresses()
    {
        ushort port = _live.DualListener.LocalPort();

        SocketRow server = Find(TransportProtocol.Tcp, s_loopback, port, s_loopback, _live.DualClient.LocalPort());
        SocketRow listener = Find(TransportProtocol.Tcp, s_loopback, port, s_loopback, 1);

        Assert.Equal((_live.DualServer.Inode(), AddressFamily.InterNetworkV6), (server.Inode, server.Family));
        Assert.Equal((s_loopback, s_loopback), (server.Local, server.Remote));
        Assert.Equal((_live.DualListener.Inode(), AddressValue.AnyIPv6), (listener.Inode, listener.Local));
        Assert.False(listener.IPv6Only);
    }

    [Fact]
    public void A_connected_udp_socket_is_found_before_a_bound_one()
    {
        SocketRow connected = Find(
            TransportProtocol.Udp,
            s_loopback,
            _live.UdpConnected.LocalPort(),
            s_loopback,
            _live.UdpBound.LocalPort()
        );
        SocketRow bound = Find(TransportProtocol.Udp, s_loopback, _live.UdpBound.LocalPort(), s_loopback, 9);

        Assert.Equal((_live.UdpConnected.Inode(), ConnectionState.Established), (connected.Inode, connected.State));
        Assert.Equal((_live.UdpBound.Inode(), ConnectionState.Closed), (bound.Inode, bound.State));
    }

    [Fact]
    public void A_wildcard_bound_udp_socket_is_found_by_any_address()
    {
        SocketRow row = Find(
            TransportProtocol.Udp,
            AddressValue.FromIPv4(0x7F000003),
            _live.UdpAny.LocalPort(),
            AddressValue.FromIPv4(0x08080808),
            53
        );

        Assert.Equal((_live.UdpAny.Inode(), AddressValue.AnyIPv4), (row.Inode, row.Local));
    }

    [Fact]
    public void Udp_over_IPv6_is_found()
    {
        Assert.Equal(_live.UdpV6.Inode(), Find(TransportProtocol.Udp, s_loopbackV6, _live.UdpV6.LocalPort(), s_loopbackV6, 9).Inode);
        Assert.Equal(
            _live.UdpV6Connected.Inode(),
            Find(TransportProtocol.Udp, s_loopbackV6, _live.UdpV6Connected.LocalPort(), s_loopbackV6, _live.UdpV6.LocalPort()).Inode
        );
    }

    [Fact]
    public void IPv4_on_a_dual_stack_udp_socket_is_found()
    {
        SocketRow wildcard = Find(TransportProtocol.Udp, s_loopback, _live.UdpDual.LocalPort(), s_loopback, 9);
        SocketRow connected = Find(
            TransportProtocol.Udp,
            s_loopback,
            _live.UdpDualConnected.LocalPort(),
            s_loopback,
            _live.UdpBound.LocalPort()
        );

        Assert.Equal((_live.UdpDual.Inode(), AddressValue.AnyIPv6, false), (wildcard.Inode, wildcard.Local, wildcard.IPv6Only));
        Assert.Equal((_live.UdpDualConnected.Inode(), s_loopback), (connected.Inode, connected.Local));
    }

    [Fact]
    public void A_socket_that_refuses_IPv4_is_not_found_by_IPv4_and_says_so()
    {
        ushort port = _live.UdpOnlyV6.LocalPort();

        Assert.False(_diag.TryFind(TransportProtocol.Udp, s_loopback, port, s_loopback, 9, out _));
        Assert.True(Find(TransportProtocol.Udp, s_loopbackV6, port, s_loopbackV6, 9).IPv6Only);
    }

    [Fact]
    public void What_is_not_there_is_false()
    {
        Assert.False(_diag.TryFind(TransportProtocol.Tcp, s_loopback, 1, s_loopback, 2, out _));
        Assert.False(_diag.TryFind(TransportProtocol.Udp, s_loopbackV6, 1, s_loopbackV6, 2, out _));
        Assert.False(_diag.Dump((TransportProtocol)250, AddressFamily.InterNetwork, (in SocketRow _) => true));
    }

    [Fact]
    public void A_connection_in_time_wait_has_no_inode()
    {
        ushort port = _live.Client.LocalPort();
        _live.Client.Shutdown(SocketShutdown.Both);
        Assert.Equal(0, _live.Server.Receive(new byte[1]));
        _live.Server.Dispose();
        _live.Client.Dispose();

        SocketRow row = Find(TransportProtocol.Tcp, s_loopback, port, s_loopback, _live.Listener.LocalPort());

        Assert.Equal((ConnectionState.TimeWait, 0U), (row.State, row.Inode));
    }

    [Fact]
    public void A_visitor_that_has_enough_ends_the_dump_and_the_next_request_is_unharmed()
    {
        int rows = 0;
        Assert.True(_diag.Dump(TransportProtocol.Tcp, AddressFamily.InterNetwork, (in SocketRow _) => ++rows < 2));

        Assert.Equal(2, rows);
        A_connection_is_found_from_either_end();
    }

    [Fact]
    public void The_kernel_leaves_out_what_the_filter_excludes()
    {
        var found = new List<SocketRow>();
        var filter = new SocketDumpFilter(1u << (int)ConnectionState.Listen, _live.Listener.LocalPort(), 0);

        _diag.Dump(TransportProtocol.Tcp, AddressFamily.InterNetwork, (in SocketRow row) => Add(found, row), filter);

        Assert.Equal(_live.Listener.Inode(), Assert.Single(found).Inode);
    }

    [Fact]
    public void Neither_rows_nor_queries_allocate()
    {
        int rows = 0;
        SocketRowVisitor visitor = (in SocketRow _) => ++rows > 0;
        _diag.Dump(TransportProtocol.Tcp, AddressFamily.InterNetwork, visitor);
        _diag.TryFind(TransportProtocol.Tcp, s_loopback, 1, s_loopback, 2, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        _diag.Dump(TransportProtocol.Tcp, AddressFamily.InterNetwork, visitor);
        _diag.TryFind(TransportProtocol.Tcp, s_loopback, _live.Listener.LocalPort(), s_loopback, 2, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Another_namespaces_table_is_its_own()
    {
        using var space = new TemporaryNamespace();
        using SockDiag inside = SockDiag.OpenIn(space.Path);
        using Socket listener = ProcNet.Linux.Namespaces.NetworkNamespaceThread.Run(
            space.Path,
            () =>
            {
                Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).BoundTo(IPAddress.Loopback);
                socket.Listen();
                return socket;
            }
        );
        var rows = new List<SocketRow>();

        inside.Dump(TransportProtocol.Tcp, AddressFamily.InterNetwork, (in SocketRow row) => Add(rows, row));

        Assert.Equal(listener.Inode(), Assert.Single(rows).Inode);
        Assert.False(
            _diag.TryFind(TransportProtocol.Tcp, s_loopback, listener.LocalPort(), s_loopback, 1, out SocketRow other)
                && other.Inode == listener.Inode()
        );
    }

    public void Dispose()
    {
        _diag.Dispose();
        _live.Dispose();
    }

    private static bool Add(List<SocketRow> rows, SocketRow row)
    {
        rows.Add(row);
        return true;
    }

    private SocketRow Find(TransportProtocol protocol, AddressValue local, ushort localPort, AddressValue remote, ushort remotePort)
    {
        Assert.True(_diag.TryFind(protocol, local, localPort, remote, remotePort, out SocketRow row));
        return row;
    }
}
