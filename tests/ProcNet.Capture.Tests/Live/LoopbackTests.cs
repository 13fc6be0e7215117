using System.Net;
using System.Net.Sockets;
using ProcNet.Capture.Handles;
using ProcNet.Capture.Live;
using ProcNet.Capture.Native;
using ProcNet.Flows;
using ProcNet.Linux.Namespaces;
using SharpPcap;
using SharpPcap.LibPcap;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>A packet on lo goes out and comes in: it is one packet, in the counts of the kernel too.</summary>
public sealed class LoopbackTests
{
    private const int Sent = 20_000;

    // Two blocks of 256 KiB hold fewer than 3,000 of what is sent here.
    private const int SmallRing = 512 * 1024;

    [Fact]
    public void What_is_not_counted_was_dropped_once()
    {
        using var net = new NetworkNamespacePair();
        using Socket receiver = Udp(net, 6000);
        using Socket sender = Udp(net, 6001);
        using var capture = new RunningCapture(
            new()
            {
                Interfaces = net.LinksOfA("lo"),
                NetworkNamespacePath = net.PathA,
                RingSize = SmallRing,
            },
            observe: true
        );
        using (capture.HoldCounting())
        {
            Send(sender, Sent);
        }

        capture.Source.Stop();
        FlowSnapshot snapshot = capture.Source.Snapshot();
        Assert.True(snapshot.DroppedPackets > Sent / 2, $"{snapshot.DroppedPackets} dropped.");
        Assert.Equal(Sent, snapshot.Packets + snapshot.DroppedPackets);
    }

    [Fact]
    public void The_kernel_offers_each_packet_once()
    {
        using var net = new NetworkNamespacePair();
        using Socket receiver = Udp(net, 6000);
        using Socket sender = Udp(net, 6001);
        var counter = new Counter();
        using PacketHandle handle = Open(net, counter, isLoopback: true);
        Assert.False(handle.IsOfferedTwice);
        Assert.True(handle.TryGetStatistics(out PcapStat before));
        Send(sender, 100);

        Assert.True(handle.TryGetStatistics(out PcapStat after));
        Assert.Equal(100u, after.Received - before.Received);
        Assert.True(RunningCapture.Eventually(() => handle.Dispatch(1000) >= 0 && counter.Packets == 100), $"{counter.Packets} counted.");
    }

    [Fact]
    public void Where_it_offers_both_half_of_what_it_dropped_was_dropped()
    {
        using var net = new NetworkNamespacePair();
        using Socket receiver = Udp(net, 6000);
        using Socket sender = Udp(net, 6001);
        var counter = new Counter();

        // Without the option, as of a kernel that does not know it.
        using PacketHandle handle = Open(net, counter, isLoopback: false);
        Assert.True(handle.TryGetStatistics(out PcapStat before));
        Send(sender, Sent);
        Assert.True(handle.TryGetStatistics(out PcapStat after));
        Assert.Equal(2u * Sent, after.Received - before.Received);
        long dropped = CapturedInterface.CountDropped(before, after, isOfferedTwice: true);
        while (handle.Dispatch(Sent) > 0) { }

        // Where the ring became full between the two, one of them is in it.
        Assert.InRange(counter.Packets + dropped, Sent - 1, Sent + 1);
        Assert.InRange(dropped, Sent / 2, Sent);
    }

    [Fact]
    public void Counts_of_the_kernel_may_wrap() =>
        Assert.Equal(
            5,
            CapturedInterface.CountDropped(
                new PcapStat { Dropped = uint.MaxValue - 1 },
                new PcapStat { Dropped = 3 },
                isOfferedTwice: false
            )
        );

    private static void Send(Socket sender, int count)
    {
        byte[] payload = new byte[200];
        for (int i = 0; i < count; i++)
        {
            sender.SendTo(payload, new IPEndPoint(IPAddress.Loopback, 6000));
        }
    }

    private static Socket Udp(NetworkNamespacePair net, int port) =>
        NetworkNamespaceThread.Run(
            net.PathA,
            () =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return socket;
            }
        );

    private static PacketHandle Open(NetworkNamespacePair net, PacketSink sink, bool isLoopback) =>
        NetworkNamespaceThread.Run(
            net.PathA,
            () =>
            {
                LibPcapLiveDevice lo = LibPcapLiveDeviceList.New().Single(device => device.Name == "lo");
                lo.Open(
                    new DeviceConfiguration
                    {
                        Snaplen = 256,
                        Mode = DeviceModes.None,
                        ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
                        BufferSize = SmallRing,
                        Immediate = false,
                    }
                );
                lo.Filter = string.Empty;
                return new PacketHandle(lo, sink, isLoopback);
            }
        );

    private sealed class Counter : PacketSink
    {
        public int Packets { get; private set; }

        public override void Take(long time, ReadOnlySpan<byte> frame, int wireLength) => Packets++;
    }
}
