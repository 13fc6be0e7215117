using System.Net;
using System.Net.Sockets;
using ProcNet.Interfaces;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>The default set on real links: one datagram of this host's is captured once.</summary>
public sealed class SelectionLiveTests
{
    [Theory]
    [InlineData("bridge")]
    [InlineData("macvlan")]
    public void A_datagram_is_counted_once_whatever_it_crosses(string kind)
    {
        using var net = new NetworkNamespacePair();
        NetworkNamespacePair.Ip($"-n {net.A} addr flush dev va");
        string link = kind == "bridge" ? "add top type bridge" : "add top link va type macvlan mode bridge";
        NetworkNamespacePair.Ip($"-n {net.A} link {link}");
        if (kind == "bridge")
        {
            NetworkNamespacePair.Ip($"-n {net.A} link set va master top");
        }

        NetworkNamespacePair.Ip($"-n {net.A} link set top up");
        NetworkNamespacePair.Ip($"-n {net.A} addr add 192.0.2.1/24 dev top");
        NetworkNamespacePair.Ip($"-n {net.B} neigh flush all");
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        {
            IReadOnlyList<LinkInterface> chosen = CaptureSelection.Select(InterfaceReader.ReadLinks(net.PathA));
            using var capture = new RunningCapture(
                new()
                {
                    Interfaces = chosen,
                    NetworkNamespacePath = net.PathA,
                    Filter = "udp",
                }
            );
            sender.Send(new byte[10]);
            receiver.ReceiveTimeout = 3000;
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            Assert.Equal(10, receiver.ReceiveFrom(new byte[100], ref from));
            receiver.SendTo(new byte[20], from);
            sender.ReceiveTimeout = 3000;
            Assert.Equal(20, sender.Receive(new byte[100]));
            capture.Source.Stop();

            Assert.Equal(["lo", kind == "bridge" ? "top" : "va"], chosen.Select(link => link.Name));
            Assert.Equal(2, capture.Source.Snapshot().Packets);
            Assert.Equal(10 + 20 + (2 * 28), capture.Source.Snapshot().Bytes);
        }
    }

    [Fact]
    public void An_interface_with_a_name_for_the_terminal_is_captured_and_shown_sanitized()
    {
        using var net = new NetworkNamespacePair();
        NetworkNamespacePair.Ip($"-n {net.A} link add \u001b[2Jx type bridge");
        NetworkNamespacePair.Ip($"-n {net.A} link set \u001b[2Jx up");
        LinkInterface link = Assert.Single(InterfaceReader.ReadLinks(net.PathA), link => link.Name == "\u001b[2Jx");

        using var capture = new RunningCapture(new() { Interfaces = [link], NetworkNamespacePath = net.PathA });

        Assert.Equal("?[2Jx", Assert.Single(capture.Source.Interfaces).Name);
    }
}
