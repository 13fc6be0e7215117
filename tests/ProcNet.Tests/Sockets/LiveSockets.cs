using System.Net;
using System.Net.Sockets;

namespace ProcNet.Tests.Sockets;

/// <summary>One real socket of each kind, in this process on loopback.</summary>
internal sealed class LiveSockets : IDisposable
{
    private readonly List<Socket> _all = [];

    public LiveSockets()
    {
        Listener = Tcp(AddressFamily.InterNetwork).BoundTo(IPAddress.Loopback);
        Listener.Listen(7);
        Client = Tcp(AddressFamily.InterNetwork);
        Client.Connect(Listener.LocalEndPoint!);
        Server = Add(Listener.Accept());

        ListenerV6 = Tcp(AddressFamily.InterNetworkV6).BoundTo(IPAddress.IPv6Loopback);
        ListenerV6.Listen();
        ClientV6 = Tcp(AddressFamily.InterNetworkV6);
        ClientV6.Connect(ListenerV6.LocalEndPoint!);
        ServerV6 = Add(ListenerV6.Accept());

        DualListener = Tcp(AddressFamily.InterNetworkV6);
        DualListener.DualMode = true;
        DualListener.BoundTo(IPAddress.IPv6Any).Listen();
        DualClient = Tcp(AddressFamily.InterNetwork);
        DualClient.Connect(IPAddress.Loopback, DualListener.LocalPort());
        DualServer = Add(DualListener.Accept());

        UdpBound = Udp(AddressFamily.InterNetwork).BoundTo(IPAddress.Loopback);
        UdpAny = Udp(AddressFamily.InterNetwork).BoundTo(IPAddress.Any);
        UdpConnected = Udp(AddressFamily.InterNetwork);
        UdpConnected.Connect(UdpBound.LocalEndPoint!);
        UdpV6 = Udp(AddressFamily.InterNetworkV6).BoundTo(IPAddress.IPv6Loopback);
        UdpV6Connected = Udp(AddressFamily.InterNetworkV6);
        UdpV6Connected.Connect(UdpV6.LocalEndPoint!);
        UdpOnlyV6 = Udp(AddressFamily.InterNetworkV6);
        UdpOnlyV6.DualMode = false;
        UdpOnlyV6.BoundTo(IPAddress.IPv6Any);
        UdpDual = Udp(AddressFamily.InterNetworkV6);
        UdpDual.DualMode = true;
        UdpDual.BoundTo(IPAddress.IPv6Any);
        UdpDualConnected = Udp(AddressFamily.InterNetworkV6);
        UdpDualConnected.DualMode = true;
        UdpDualConnected.Connect(IPAddress.Loopback.MapToIPv6(), UdpBound.LocalPort());
    }

    public Socket Listener { get; }

    public Socket Client { get; }

    public Socket Server { get; }

    public Socket ListenerV6 { get; }

    public Socket ClientV6 { get; }

    public Socket ServerV6 { get; }

    public Socket DualListener { get; }

    public Socket DualClient { get; }

    public Socket DualServer { get; }

    public Socket UdpBound { get; }

    public Socket UdpAny { get; }

    public Socket UdpConnected { get; }

    public Socket UdpV6 { get; }

    public Socket UdpV6Connected { get; }

    public Socket UdpOnlyV6 { get; }

    public Socket UdpDual { get; }

    public Socket UdpDualConnected { get; }

    public HashSet<long> Inodes => [.. _all.Select(socket => (long)socket.Inode())];

    public void Dispose() => _all.ForEach(socket => socket.Dispose());

    private Socket Tcp(AddressFamily family) => Add(new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    private Socket Udp(AddressFamily family) => Add(new Socket(family, SocketType.Dgram, ProtocolType.Udp));

    private Socket Add(Socket socket)
    {
        _all.Add(socket);
        return socket;
    }
}
