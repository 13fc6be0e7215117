using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources.Savefiles;
using Xunit;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>Packets cost no managed memory: the collector has nothing to do, however many come.</summary>
public sealed class AllocationTests
{
    // A collection that somebody else causes gives up what is left of our thread's allocation context (8 KiB), as if we had used it.
    private const long Slack = 32 * 1024;

    // Conversations, fragments, tags, other protocols, frames that are not IP and damaged ones.
    private static readonly byte[][] s_frames =
    [
        Frames.Ethernet(PacketBuilder.IPv4(PacketBuilder.Tcp(40000, 443, 100), PacketBuilder.TcpProtocol)),
        Frames.Vlan(PacketBuilder.IPv6(PacketBuilder.Extension(PacketBuilder.UdpProtocol, 1, PacketBuilder.Udp(5000, 53, 40)), 60)),
        Frames.Ethernet(
            PacketBuilder.IPv4(PacketBuilder.Tcp(443, 40000), PacketBuilder.TcpProtocol, PacketBuilder.There, PacketBuilder.Here)
        ),
        .. PacketBuilder
            .FragmentIPv4(PacketBuilder.IPv4(PacketBuilder.Udp(6000, 2049, 2992), PacketBuilder.UdpProtocol), 1480)
            .Select(packet => Frames.Ethernet(packet)),
        Frames.Ethernet(PacketBuilder.IPv4(PacketBuilder.Icmp(PacketDotNet.IcmpV4TypeCode.EchoRequest, 7, 56), 1)),
        Frames.Ethernet(new byte[28], 0x0806),
        Frames.Ethernet(new byte[5], 0x0800),
    ];

    [Fact]
    public void Counting_allocates_nothing()
    {
        var meter = new PacketMeter();
        meter.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = LinkLayer.Ethernet,
            }
        );
        Count(meter, 1_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Count(meter, 100_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Slack);
    }

    [Theory]
    [InlineData("pcap")]
    [InlineData("pcapng")]
    public void Reading_a_savefile_allocates_no_more_for_more_packets(string extension)
    {
        _ = AllocatedByReading(1_000, extension); // what is made once: the types' own
        long few = AllocatedByReading(1_000, extension);
        long many = AllocatedByReading(200_000, extension);

        Assert.InRange(many - few, -Slack, Slack);
    }

    private static void Count(PacketMeter meter, int rounds)
    {
        long time = 1_700_000_000_000_000;
        for (int i = 0; i < rounds; i++)
        {
            foreach (byte[] frame in s_frames)
            {
                meter.Count(0, time++, frame, frame.Length);
            }
        }
    }

    private static long AllocatedByReading(int packets, string extension)
    {
        string path = GoldenCapture.TemporaryPath(extension);
        try
        {
            using (SavefileWriter writer = SavefileWriter.Create(path, false))
            {
                writer.AddInterface(
                    new TrafficInterface
                    {
                        Slot = 0,
                        Name = "eth0",
                        LinkLayer = LinkLayer.Ethernet,
                    },
                    262144
                );
                for (int i = 0; i < packets; i++)
                {
                    byte[] frame = s_frames[i % s_frames.Length];
                    writer.Write(0, 1_700_000_000_000_000 + i, frame, frame.Length);
                }
            }

            using var source = new SavefileSource(path, null, () => new PcapLibrary());
            source.Start(null, _ => { });
            Assert.True(source.Completion.Wait(TimeSpan.FromSeconds(30)));
            Assert.Equal(packets, source.Snapshot().Packets);
            return source.AllocatedBytes;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
