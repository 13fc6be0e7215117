using System.Net;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.OwnerLookup;
using ProcNet.Tests.Attribution;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>What the kernel is asked for a conversation, on real sockets.</summary>
public sealed class SocketLookupTests : IDisposable
{
    private readonly List<SocketObservation> _found = [];
    private readonly LookupNamespaces _namespaces = new(HostAccess.Local, notice => Assert.Fail(notice.Message));
    private readonly NatLookup _translations = new(static () => null, notice => Assert.Fail(notice.Message));
    private readonly SocketLookup _lookup;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];

    public SocketLookupTests()
    {
        _lookup = new SocketLookup(_namespaces, _translations, _found.Add);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    [Fact]
    public void Of_an_accepted_connection_both_ends_and_the_listener_are_found()
    {
        _lookup.AskHere(Connect(), 1);

        // What was accepted may be closed before a look at all processes comes to its server; its listener is there still.
        Assert.Equal(
            ((ConnectionState, ushort)[])
                [
                    .. new[]
                    {
                        (ConnectionState.Established, Port(0)),
                        (ConnectionState.Established, Port(1)),
                        (ConnectionState.Listen, Port(1)),
                    }.Order(),
                ],
            _found.Select(observation => (observation.Row.State, observation.Row.LocalPort)).Order()
        );
        Assert.All(_found, observation => Assert.NotEqual(0u, observation.Row.Inode));
    }

    [Fact]
    public void A_listener_is_not_asked_for_with_every_connection()
    {
        _lookup.AskHere(Connect(), 1);
        _found.Clear();

        _lookup.AskHere(Connect(), 1);

        Assert.Equal(2, _found.Count);
        Assert.DoesNotContain(_found, observation => observation.Row.State == ConnectionState.Listen);
    }

    [Fact]
    public void What_comes_for_a_closed_port_has_no_socket_each_time()
    {
        FlowKey key = Datagram("192.0.2.9", 4000, "127.0.0.1", 9, out bool fromLow);

        Assert.Equal([0UL, 0UL], new[] { _lookup.Identify(key, fromLow, 1), _lookup.Identify(key, fromLow, 1) });
    }

    [Fact]
    public void A_sender_that_has_gone_is_another_one_each_time()
    {
        FlowKey key = Datagram("127.0.0.1", 9, "192.0.2.9", 4000, out bool fromLow);

        ulong? first = _lookup.Identify(key, fromLow, 1);
        ulong? second = _lookup.Identify(key, fromLow, 1);

        Assert.All([first, second], static number => Assert.NotEqual(0UL, number));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void What_the_kernel_sends_through_a_tunnel_has_no_socket_each_time()
    {
        _namespaces.View.Interfaces.AddLinks([
            new LinkInterface
            {
                Name = "vxlan0",
                Index = 99,
                Kind = "vxlan",
                TunnelPort = 4789,
            },
        ]);
        FlowKey key = Datagram("127.0.0.1", 50000, "192.0.2.9", 4789, out bool fromLow);

        Assert.Equal([0UL, 0UL], new[] { _lookup.Identify(key, fromLow, 1), _lookup.Identify(key, fromLow, 1) });
    }

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _listener.Dispose();
        _translations.Dispose();
        _namespaces.Dispose();
    }

    /// <summary>The port of the first (0) or the second (1) end of the first connection.</summary>
    private ushort Port(int end) => (ushort)((IPEndPoint)_sockets[end].LocalEndPoint!).Port;

    private static FlowKey Datagram(string from, ushort fromPort, string to, ushort toPort, out bool fromLow) =>
        FlowKey.Create(
            World.Address(from),
            fromPort,
            World.Address(to),
            toPort,
            (byte)TransportProtocol.Udp,
            FlowKind.Conversation,
            0,
            out fromLow
        );

    private FlowKey Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_listener.LocalEndPoint!);
        _sockets.Add(client);
        _sockets.Add(_listener.Accept());
        AddressValue loopback = AddressValue.FromIPv4(0x7F000001);
        return FlowKey.Create(
            loopback,
            (ushort)((IPEndPoint)client.LocalEndPoint!).Port,
            loopback,
            (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port,
            (byte)TransportProtocol.Tcp,
            FlowKind.Conversation,
            0,
            out _
        );
    }
}
