using System.Net;
using System.Net.Sockets;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Tests.Ebpf;

/// <summary>The ways into and out of a socket that are not send and recv: they count like any other, and are their caller's.</summary>
[Collection("Kernel feed")]
public sealed class TransferPathTests
{
    private const int Length = 50_000;

    // IPv4 and UDP, IPv4 and TCP with timestamps.
    private const int DatagramHeaders = 28;
    private const int SegmentHeaders = 52;

    [Fact]
    public void Datagrams_that_are_sent_and_received_by_the_batch_count_one_by_one()
    {
        const int Datagrams = 20;
        const int Size = 100;
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TrafficMonitor monitor = Start();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(receiver.LocalEndPoint!);

        Assert.Equal(Datagrams, Batch.Send(sender, Datagrams, Size));
        Assert.Equal(Datagrams, Batch.Receive(receiver, Datagrams, Size));

        IReadOnlyList<TrafficFlow> flows = monitor.Report().Flows;
        TrafficFlow sent = Assert.Single(flows, flow => flow.RemotePort == Port(receiver));
        TrafficFlow received = Assert.Single(flows, flow => flow.LocalPort == Port(receiver));
        Assert.Equal((Datagrams, Datagrams * (Size + DatagramHeaders)), (sent.SentPackets, sent.SentBytes));
        Assert.Equal((Datagrams, Datagrams * (Size + DatagramHeaders)), (received.ReceivedPackets, received.ReceivedBytes));
        Assert.All(new[] { sent, received }, IsOurs);
    }

    [Fact]
    public void Pages_that_are_spliced_out_of_and_into_sockets_are_the_splicers()
    {
        using var pair = new Connection();
        using TrafficMonitor monitor = Start();

        Assert.Equal(Length, Splice.ThroughPipe(pair.Client, pair.Accepted, Length));

        // Linux does not tell who splices out of a socket (tcp_splice_read has no tracepoint): that end is its holder's.
        AssertTransfer(monitor, pair, OwnerEvidence.ExactTuple);
    }

    [Fact]
    public void Pages_that_are_lent_to_the_kernel_are_their_lenders()
    {
        using var pair = new Connection();
        using TrafficMonitor monitor = Start();

        ZeroCopy.Send(pair.Client, Length);
        Assert.Equal(Length, pair.ReceiveAll(Length));

        AssertTransfer(monitor, pair);
    }

    [Fact]
    public void What_a_ring_sends_and_receives_is_its_owners()
    {
        using IoUring? ring = IoUring.TryOpen(out string reason);
        Assert.SkipWhen(ring is null, reason);
        using var pair = new Connection();
        using TrafficMonitor monitor = Start();

        Assert.Equal(Length, ring.Send(pair.Client, Length));
        int received = 0;
        while (received < Length)
        {
            int part = ring.Receive(pair.Accepted, Length);
            Assert.True(part > 0, $"The ring received {part}.");
            received += part;
        }

        AssertTransfer(monitor, pair);
    }

    private static TrafficMonitor Start() => TrafficMonitor.StartKernel(null, HostAccess.Local, notice => Assert.Fail(notice.Message));

    private static void AssertTransfer(TrafficMonitor monitor, Connection pair, OwnerEvidence receiver = OwnerEvidence.KernelFeed)
    {
        IReadOnlyList<TrafficFlow> flows = monitor.Report().Flows;
        TrafficFlow sent = Assert.Single(flows, flow => flow.LocalPort == Port(pair.Client));
        TrafficFlow received = Assert.Single(flows, flow => flow.LocalPort == Port(pair.Accepted));
        Assert.Equal(Length + (sent.SentPackets * SegmentHeaders), sent.SentBytes);
        Assert.Equal((sent.SentBytes, sent.SentPackets), (received.ReceivedBytes, received.ReceivedPackets));
        IsOurs(sent);
        Assert.Equal((Environment.ProcessId, receiver), (received.ProcessId, received.Evidence));
    }

    private static void IsOurs(TrafficFlow flow) =>
        Assert.Equal((Environment.ProcessId, OwnerEvidence.KernelFeed), (flow.ProcessId, flow.Evidence));

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>An established connection, older than the feed.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public Connection()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1);
            Client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Client.Connect(_listener.LocalEndPoint!);
            Accepted = _listener.Accept();
        }

        public Socket Client { get; }

        public Socket Accepted { get; }

        public int ReceiveAll(int length)
        {
            byte[] buffer = new byte[length];
            int received = 0;
            while (received < length && Accepted.Receive(buffer, received, length - received, SocketFlags.None) is > 0 and int part)
            {
                received += part;
            }

            return received;
        }

        public void Dispose()
        {
            Client.Dispose();
            Accepted.Dispose();
            _listener.Dispose();
        }
    }
}
