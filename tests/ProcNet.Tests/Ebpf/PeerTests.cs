using System.Net;
using System.Net.Sockets;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Tests.Ebpf;

/// <summary>Whom a socket talks to is what its packets say, not what it is connected to.</summary>
[Collection("Kernel feed")]
public sealed class PeerTests
{
    private const int IPAndUdp = 28;

    [Fact]
    public void A_connected_socket_that_sends_elsewhere_has_a_row_for_each_peer()
    {
        using Socket connectedTo = Receiver();
        using Socket elsewhere = Receiver();
        using TrafficMonitor monitor = TrafficMonitor.StartKernel(null, HostAccess.Local, static notice => Assert.Fail(notice.Message));
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(connectedTo.LocalEndPoint!);
        sender.Send(new byte[100]);
        for (int i = 0; i < 3; i++)
        {
            SendTo(sender, new byte[200], (IPEndPoint)elsewhere.LocalEndPoint!);
        }

        sender.Send(new byte[100]);
        IReadOnlyList<TrafficFlow> flows = monitor.Report().Flows;

        Assert.Equal(2 * (100 + IPAndUdp), SentTo(flows, sender, connectedTo));
        Assert.Equal(3 * (200 + IPAndUdp), SentTo(flows, sender, elsewhere));
    }

    private static long SentTo(IReadOnlyList<TrafficFlow> flows, Socket from, Socket to) =>
        flows
            .Where(flow => flow.LocalPort == Port(from) && flow.RemotePort == Port(to) && flow.ProcessId == Environment.ProcessId)
            .Sum(flow => flow.SentBytes);

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Socket Receiver()
    {
        var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return receiver;
    }

    private static void SendTo(Socket socket, byte[] data, IPEndPoint to) => Assert.Equal(data.Length, socket.SendTo(data, to));
}
