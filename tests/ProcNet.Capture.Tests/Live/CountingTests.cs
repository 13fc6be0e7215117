using System.Diagnostics;
using System.Net.Sockets;
using ProcNet.Capture.Live;
using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Linux.Namespaces;
using ProcNet.Sources;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

public sealed class CountingTests
{
    private const int HeaderBytes = 20 + 8; // IPv4 and UDP

    [Fact]
    public void What_was_sent_before_the_stop_is_counted_and_the_stop_is_quick()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va", "lo"), NetworkNamespacePath = net.PathA }))
        {
            for (int i = 0; i < 1000; i++)
            {
                sender.Send(new byte[100]);
            }

            var watch = Stopwatch.StartNew();
            capture.Source.Stop();
            capture.Source.Dispose();
            TimeSpan took = watch.Elapsed;

            FlowSnapshot snapshot = capture.Source.Snapshot();
            FlowCounters flow = Assert.Single(snapshot.Flows.ToArray());
            Assert.Equal(1000, snapshot.Packets);
            Assert.Equal(1000 * (100 + HeaderBytes), snapshot.Bytes);
            Assert.Equal(1000, flow.TotalPackets);
            Assert.Equal(0, snapshot.DroppedPackets);
            Assert.True(took < TimeSpan.FromMilliseconds(200), $"Stop and Dispose took {took.TotalMilliseconds} ms.");
            Assert.True(capture.Source.Completion.IsCompleted);
            Assert.Null(capture.Source.Failure);
        }
    }

    [Fact]
    public void What_was_sent_before_the_start_is_not_counted()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        {
            using ITrafficSource source = ((ICaptureLibrary)new PcapLibrary()).OpenLive(
                new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }
            );
            sender.Send(new byte[10]);
            Thread.Sleep(1);
            source.Start(null, _ => { });
            sender.Send(new byte[20]);
            source.Stop();

            Assert.Equal(20 + HeaderBytes, source.Snapshot().Bytes);
        }
    }

    [Fact]
    public void A_snapshot_is_at_most_a_block_old()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }))
        {
            sender.Send(new byte[10]);
            Thread.Sleep(RingSizes.BlockTimeoutMilliseconds + 30);

            Assert.Equal(1, capture.Source.Snapshot().Packets);
        }
    }

    [Fact]
    public void The_filter_chooses_what_is_counted()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        (Socket other, Socket otherReceiver) = net.ConnectUdp(5001);
        using (sender)
        using (receiver)
        using (other)
        using (otherReceiver)
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    Filter = "udp port 5001",
                }
            )
        )
        {
            sender.Send(new byte[10]);
            other.Send(new byte[30]);
            capture.Source.Stop();

            Assert.Equal(30 + HeaderBytes, capture.Source.Snapshot().Bytes);
        }
    }

    [Fact]
    public void Packets_reach_the_file_whole()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        string path = Golden.GoldenCapture.TemporaryPath("pcapng");
        byte[] payload = [.. Enumerable.Range(0, 1400).Select(i => (byte)i)];
        try
        {
            using (sender)
            using (receiver)
            using (PacketRecorder recorder = Recorders.Create(path))
            using (
                var capture = new RunningCapture(
                    new()
                    {
                        Interfaces = net.LinksOfA("va"),
                        NetworkNamespacePath = net.PathA,
                        Recorder = recorder,
                        SnapLength = 262144,
                    }
                )
            )
            {
                recorder.Start();
                sender.Send(payload);
                capture.Source.Stop();
            }

            using SavefileReader reader = SavefileReader.Open(path);
            Assert.True(reader.TryRead(out SavefilePacket packet));
            Assert.Equal(14 + HeaderBytes + payload.Length, packet.WireLength);
            Assert.Equal(packet.WireLength, packet.Frame.Length);
            Assert.Equal(payload, packet.Frame[(14 + HeaderBytes)..].ToArray());
            Assert.False(reader.TryRead(out _));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_of_once_and_counting_goes_on()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using var pipe = new NamedPipe();
        List<Notice> notices = [];
        using (sender)
        using (receiver)
        using (FileStream reader = pipe.Open())
        using (PacketRecorder recorder = Recorders.Create(pipe.Path, notices))
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    Recorder = recorder,
                    SnapLength = 262144,
                }
            )
        )
        {
            recorder.Start();
            reader.Dispose();
            for (int i = 0; i < 1000; i++)
            {
                sender.Send(new byte[1400]);
            }

            capture.Source.Stop();
            recorder.Dispose();

            Assert.Equal(1000, capture.Source.Snapshot().Packets);
            Assert.Equal(NoticeKind.SavefileWriteFailed, Assert.Single(notices).Kind);
            Assert.InRange(recorder.NotWritten, 1, 1000);
        }
    }

    [Fact]
    public void A_pipe_whose_reader_sleeps_holds_up_nobody()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using var pipe = new NamedPipe();
        List<Notice> notices = [];
        using (sender)
        using (receiver)
        using (FileStream reader = pipe.Open())
        using (PacketRecorder recorder = Recorders.Create(pipe.Path, notices, capacity: 2 << 20))
        using (
            var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    Recorder = recorder,
                    SnapLength = 262144,
                }
            )
        )
        {
            recorder.Start();
            for (int i = 0; i < 5000; i++)
            {
                sender.Send(new byte[1400]);
            }

            capture.Source.Stop();
            Assert.Equal(5000, capture.Source.Snapshot().Packets);

            long began = Environment.TickCount64;
            recorder.Finish(TimeSpan.FromMilliseconds(200));

            Assert.InRange(Environment.TickCount64 - began, 0, 3000);
            Assert.Contains(notices, notice => notice.Kind == NoticeKind.SavefileWriteFailed);
            Assert.InRange(recorder.NotWritten, 1000, 5000);
        }
    }

    [Fact]
    public void Drops_are_counted_and_stay_in_the_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        using PacketRecorder recorder = Recorders.Create(path);
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        {
            // Two blocks of 256 KiB hold fewer than 3,000 of these, and nobody reads them until the end.
            using var capture = new RunningCapture(
                new()
                {
                    Interfaces = net.LinksOfA("va"),
                    NetworkNamespacePath = net.PathA,
                    RingSize = 512 * 1024,
                    Recorder = recorder,
                },
                observe: true
            );
            recorder.Start();
            Thread.Sleep(50);
            const int sent = 200_000;
            byte[] payload = new byte[200];
            using (capture.HoldCounting())
            {
                for (int i = 0; i < sent; i++)
                {
                    sender.Send(payload);
                }
            }

            capture.Source.Stop();
            FlowSnapshot snapshot = capture.Source.Snapshot();
            Assert.True(snapshot.DroppedPackets > sent / 2, $"{snapshot.DroppedPackets} dropped.");
            Assert.Equal(sent, snapshot.Packets + snapshot.DroppedPackets);
            recorder.Dispose();

            using SavefileReader file = SavefileReader.Open(path);
            while (file.TryRead(out _)) { }

            Assert.Equal(snapshot.DroppedPackets, file.DroppedPackets);
            File.Delete(path);
        }
    }

    [Fact]
    public void Counting_allocates_nothing_for_a_packet()
    {
        using var net = new NetworkNamespacePair();
        (Socket sender, Socket receiver) = net.ConnectUdp(5000);
        using (sender)
        using (receiver)
        using (var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("va"), NetworkNamespacePath = net.PathA }, observe: true))
        {
            byte[] payload = new byte[64];
            var watch = Stopwatch.StartNew();
            while (watch.ElapsedMilliseconds < 1500)
            {
                sender.Send(payload);
            }

            capture.Source.Stop();
            long packets = capture.Source.Snapshot().Packets;
            Assert.True(packets > 10_000, $"{packets} packets.");

            // A notice or the thread's own end may cost a few objects; 10,000 packets must not.
            Assert.InRange(((LiveCapture)capture.Source).AllocatedBytes, 0, 1024);
        }
    }

    [Fact]
    public void A_loopback_packet_is_counted_once()
    {
        using var net = new NetworkNamespacePair();
        using Socket receiver = ProcNet.Linux.Namespaces.NetworkNamespaceThread.Run(net.PathA, () => Udp(6000));
        using Socket sender = ProcNet.Linux.Namespaces.NetworkNamespaceThread.Run(net.PathA, () => Udp(6001));
        using var capture = new RunningCapture(new() { Interfaces = net.LinksOfA("lo"), NetworkNamespacePath = net.PathA });
        sender.SendTo(new byte[5], new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 6000));
        capture.Source.Stop();

        Assert.Equal(1, capture.Source.Snapshot().Packets);

        static Socket Udp(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
            return socket;
        }
    }
}
