using System.Net.Sockets;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

public sealed class InterfaceLossTests
{
    [Fact]
    public void An_interface_that_is_removed_is_named_and_the_others_go_on()
    {
        using var net = new NetworkNamespacePair();
        NetworkNamespacePair.Ip($"-n {net.A} link add gone type veth peer name gonepeer");
        NetworkNamespacePair.Ip($"-n {net.A} link set gone up");
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va", "gone"),
                    NetworkNamespacePath = net.PathA,
                    Filter = "udp",
                }
            )
        )
        {
            NetworkNamespacePair.Ip($"-n {net.A} link del gone");
            Assert.True(RunningCapture.Eventually(() => !capture.Notices.IsEmpty));
            sender.Send(new byte[10]);
            capture.Source.Stop();

            Notice notice = Assert.Single(capture.Notices);
            Assert.Equal(NoticeKind.InterfaceLost, notice.Kind);
            Assert.Contains("'gone'", notice.Message, StringComparison.Ordinal);
            Assert.Equal(1, capture.Source.Snapshot().Packets);
            Assert.Null(capture.Source.Failure);
        }
    }

    [Fact]
    public void When_the_last_interface_is_removed_the_capture_ends_and_keeps_its_counters()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }, observe: true))
        {
            sender.Send(new byte[10]);
            Thread.Sleep(100);
            NetworkNamespacePair.Ip($"-n {net.A} link del va");

            Assert.True(RunningCapture.Eventually(() => capture.Source.Completion.IsCompleted));
            Assert.Equal(ProcNetError.CaptureFailed, capture.Source.Failure?.Error);
            Assert.Contains("'va'", capture.Source.Failure!.Message, StringComparison.Ordinal);
            Assert.Equal(38, capture.Source.Snapshot().Bytes);
        }
    }

    [Fact]
    public void An_interface_that_is_down_for_a_moment_is_captured_again()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    Filter = "udp",
                }
            )
        )
        {
            sender.Send(new byte[10]);
            NetworkNamespacePair.Ip($"-n {net.A} link set va down");
            Assert.True(RunningCapture.Eventually(() => !capture.Notices.IsEmpty));
            NetworkNamespacePair.Ip($"-n {net.A} link set va up");
            Assert.True(RunningCapture.Eventually(() => TrySend(sender, 30) && capture.Source.Snapshot().Packets >= 2));
            capture.Source.Stop();

            Assert.Equal(NoticeKind.InterfaceLost, Assert.Single(capture.Notices).Kind);
            Assert.Null(capture.Source.Failure);
        }
    }

    [Fact]
    public void The_last_interface_may_be_down_for_seconds_and_the_capture_goes_on()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    Filter = "udp",
                }
            )
        )
        {
            NetworkNamespacePair.Ip($"-n {net.A} link set va down");
            Thread.Sleep(3500);
            Assert.False(capture.Source.Completion.IsCompleted);
            NetworkNamespacePair.Ip($"-n {net.A} link set va up");

            Assert.True(RunningCapture.Eventually(() => TrySend(sender, 30) && capture.Source.Snapshot().Packets >= 1));
            Assert.Null(capture.Source.Failure);
        }
    }

    private static bool TrySend(Socket sender, int length)
    {
        try
        {
            sender.Send(new byte[length]);
            Thread.Sleep(20);
            return true;
        }
        catch (SocketException)
        {
            // The link is not ready yet.
            return false;
        }
    }
}
