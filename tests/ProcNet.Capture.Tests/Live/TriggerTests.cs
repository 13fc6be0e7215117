using System.Net;
using System.Net.Sockets;
using ProcNet.Flows;
using ProcNet.Linux.Namespaces;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

public sealed class TriggerTests
{
    [Theory]
    [InlineData("192.0.2.2", false)]
    [InlineData("192.0.2.2", true)]
    [InlineData("2001:db8::2", false)]
    [InlineData("2001:db8::2", true)]
    public void The_observer_hears_of_a_new_conversation_at_once(string address, bool tcp)
    {
        using var net = new NetworkNamespacePair();
        EnableIPv6(net);
        IPAddress remote = IPAddress.Parse(address);
        using var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }, observe: true);
        Thread.Sleep(100);
        DateTime sent = DateTime.UtcNow;
        using Socket socket = NetworkNamespaceThread.Run(
            net.PathA,
            () =>
            {
                var made = tcp
                    ? new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }
                    : new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                try
                {
                    made.Connect(remote, 4242);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
                {
                    // The SYN is on its way.
                }

                if (!tcp)
                {
                    made.Send(new byte[10]);
                }

                return made;
            }
        );

        int protocol = tcp ? 6 : 17;
        (FlowKey Key, bool FromLow, DateTime At) told = default;
        Assert.True(RunningCapture.Eventually(() => capture.NewFlows.Any(flow => flow.Key.Protocol == protocol)));
        told = capture.NewFlows.First(flow => flow.Key.Protocol == protocol);
        Assert.Contains((ushort)4242, new[] { told.Key.LowPort, told.Key.HighPort });
        Assert.True(told.At - sent < TimeSpan.FromMilliseconds(100), $"Told after {(told.At - sent).TotalMilliseconds} ms.");
    }

    [Fact]
    public void A_flood_does_not_hide_a_new_connection()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }, observe: true))
        {
            using var end = new CancellationTokenSource();
            var flood = new Thread(() =>
            {
                while (!end.IsCancellationRequested)
                {
                    sender.Send(new byte[10]);
                }
            });
            flood.Start();
            Thread.Sleep(500);
            (Socket other, Socket otherReceiver) = net.ConnectUdp(5001);
            using (other)
            using (otherReceiver)
            {
                other.Send(new byte[10]);
                Assert.True(
                    RunningCapture.Eventually(() => capture.NewFlows.Any(flow => flow.Key.LowPort == 5001 || flow.Key.HighPort == 5001))
                );
            }

            end.Cancel();
            flood.Join();
            capture.Source.Stop();

            // The flood's own datagrams do not each tell again.
            Assert.InRange(capture.NewFlows.Count, 2, 20);
        }
    }

    private static void EnableIPv6(NetworkNamespacePair net)
    {
        foreach ((string name, string end, int host) in new[] { (net.A, "va", 1), (net.B, "vb", 2) })
        {
            NetworkNamespacePair.Run(
                "ip",
                $"netns exec {name} sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.{end}.disable_ipv6=0"
            );
            NetworkNamespacePair.Ip($"-n {name} addr add 2001:db8::{host}/64 dev {end} nodad");
        }
    }
}
