using System.Net;
using System.Net.Sockets;
using ProcNet.Monitoring;
using ProcNet.Testing;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Ebpf;

[Collection("Kernel feed")]
public sealed class EbpfSourceTests
{
    private const int Sent = 500_000;

    [Fact]
    public void Both_ends_of_a_loopback_transfer_have_what_TCP_itself_counted()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using TrafficMonitor monitor = TrafficMonitor.StartKernel(null, HostAccess.Local, Fail);

        using var client = Command.Start("bash", "-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}; exec cat <&3");
        using Socket accepted = listener.Accept();
        accepted.Send(new byte[Sent]);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal(Sent, client.StandardOutput.ReadToEnd().Length);
        client.WaitForExit();
        Assert.Equal(0, accepted.Receive(new byte[1])); // its FIN has come
        TcpInfo truth;
        TrafficReport report;
        do
        {
            // A delayed ACK may still be under way.
            truth = TcpInfo.Read(accepted);
            Thread.Sleep(100);
            report = monitor.Report();
        } while (truth != TcpInfo.Read(accepted));

        TrafficFlow server = Assert.Single(report.Flows, flow => flow.LocalPort == port);
        Assert.Equal(Environment.ProcessId, server.ProcessId);
        Assert.Equal(OwnerEvidence.KernelFeed, server.Evidence);
        Assert.Equal(TrafficSourceKind.Kernel, server.Source);
        // Of the handshake, which the listener did, TCP_INFO of the accepted socket has what came, and not the SYN-ACK that went.
        Assert.Equal(truth.SegmentsReceived, server.ReceivedPackets);
        Assert.Equal(truth.SegmentsSent + 1, server.SentPackets);

        // 20 bytes of IP header and 32 of TCP with its time stamps; the SYN has 8 more.
        Assert.Equal(truth.PayloadSent + 52 * (truth.SegmentsSent + 1) + 8, server.SentBytes);

        TrafficFlow other = Assert.Single(report.Flows, flow => flow.RemotePort == port);
        Assert.Equal(client.Id, other.ProcessId);
        Assert.Equal(server.ReceivedBytes, other.SentBytes);
        Assert.Equal(server.SentBytes, other.ReceivedBytes);
        Assert.Equal(server.ReceivedPackets, other.SentPackets);
        Assert.Equal(server.SentPackets, other.ReceivedPackets);
        Assert.True(report.Statistics.IsBalanced);
    }

    [Fact]
    public void Nothing_stays_in_the_kernel()
    {
        HashSet<uint> programs;
        using (TrafficMonitor monitor = TrafficMonitor.StartKernel(null, HostAccess.Local, Fail))
        {
            programs = LoadedPrograms.HeldBy(Environment.ProcessId);
            Assert.Contains(
                "packet_received",
                LoadedPrograms.List().Where(program => programs.Contains(program.Key)).Select(program => program.Value)
            );
        }

        Assert.Empty(LoadedPrograms.HeldBy(Environment.ProcessId));
        Assert.True(LoadedPrograms.Go(programs));
    }

    private static void Fail(Notice notice) => Assert.Fail(notice.Message);
}
