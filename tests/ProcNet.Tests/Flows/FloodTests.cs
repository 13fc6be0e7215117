using System.Buffers.Binary;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.Tests.Flows;

/// <summary>More conversations than the table holds: those of few packets make room for those that carry bytes.</summary>
public sealed class FloodTests
{
    private const int Capacity = 1024;
    private const int Header = 28; // IPv4 and UDP
    private const uint Here = 0xC0000201; // 192.0.2.1
    private const uint Server = 0xC6336407; // 198.51.100.7
    private static readonly FlowKey s_rest = OverflowSums.RestOf(0);
    private readonly PacketMeter _meter = new(Capacity);
    private readonly Random _random = new(15);
    private long _time = 1_700_000_000_000_000;

    public FloodTests() =>
        _meter.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "tun0",
                LinkLayer = LinkLayer.Raw,
            }
        );

    [Fact]
    public void A_download_in_the_middle_of_a_flood_has_a_row_with_its_bytes()
    {
        Flood(20_000);
        for (int i = 0; i < 100; i++)
        {
            Count(Server, 443, Here, 50_000, payload: 1400);
            Flood(200);
        }

        Flood(20_000);

        FlowSnapshot snapshot = Snapshot();
        FlowCounters download = Assert.Single(
            snapshot.Flows.ToArray(),
            flow => flow.Key.Kind == FlowKind.Conversation && flow.TotalPackets > 90
        );
        Assert.Equal((100, 100 * (1400L + Header)), (download.TotalPackets, download.TotalBytes));
        Assert.InRange(snapshot.Flows.Length, 2, Capacity + OverflowSums.MostNetworks + 1);
    }

    [Fact]
    public void A_slow_conversation_is_found_once_it_carries_something_and_lacks_its_first_packets_at_most()
    {
        for (int i = 0; i < 60; i++)
        {
            Count(Here, 50_000, Server, 22, payload: 100);
            Flood(i < 20 ? 2000 : 10);
        }

        FlowCounters slow = Assert.Single(
            Snapshot().Flows.ToArray(),
            flow => flow.Key.Kind == FlowKind.Conversation && flow.TotalPackets > 15
        );
        Assert.InRange(slow.TotalPackets, 40, 60);
    }

    [Fact]
    public void A_scan_from_one_network_is_summed_under_that_network()
    {
        for (int port = 1; port <= 5000; port++)
        {
            Count(0xCB007105, 4444, Here, (ushort)port, payload: 12); // 203.0.113.5
        }

        FlowCounters sum = Assert.Single(Snapshot().Flows.ToArray(), flow => flow.Key.Kind == FlowKind.TableFull);
        Assert.Equal("203.0.0.0/16", OverflowSums.Describe(sum.Key.High));
        Assert.Equal(sum.TotalBytes, sum.HighBytes);
        TrafficFlow row = Assert.Single(
            new TrafficSummary(Snapshot(), Rows(), TrafficSourceKind.Capture).ListFlows(),
            flow => flow.Category == TrafficCategory.TableFull
        );
        Assert.Contains("in 203.0.0.0/16", row.Reason, StringComparison.Ordinal);
        Assert.Null(row.RemoteAddress);
    }

    [Fact]
    public void Where_all_conversations_carry_much_the_new_ones_are_summed()
    {
        for (int round = 0; round < 20; round++)
        {
            for (ushort port = 1; port <= Capacity; port++)
            {
                Count(Server, 443, Here, port, payload: 1000);
            }
        }

        Flood(10_000);

        Assert.Equal(Capacity, Snapshot().Flows.ToArray().Count(flow => flow.TotalPackets == 20));
    }

    [Fact]
    public void Intervals_sum_up_to_the_whole_though_conversations_make_room_between_them()
    {
        long packets = 0;
        long bytes = 0;
        FlowSnapshot before = Snapshot();
        for (int i = 0; i < 200; i++)
        {
            Count(Server, 443, Here, (ushort)(i % 40), payload: 1400);
            Flood(_random.Next(300));
            FlowSnapshot now = Snapshot();
            FlowSnapshot interval = now.Since(before);
            foreach (FlowCounters flow in interval.Flows.ToArray())
            {
                Assert.True(
                    flow is { LowBytes: >= 0, HighBytes: >= 0, LowPackets: >= 0, HighPackets: >= 0 },
                    $"{flow.Key} takes back what was shown."
                );
            }

            Assert.Equal(interval.Packets, interval.Flows.ToArray().Sum(static flow => flow.TotalPackets));
            Assert.Equal(interval.Bytes, interval.Flows.ToArray().Sum(static flow => flow.TotalBytes));
            packets += interval.Packets;
            bytes += interval.Bytes;
            before = now;
        }

        Assert.Equal((before.Packets, before.Bytes), (packets, bytes));
        Assert.Contains(before.Flows.ToArray(), flow => flow.Key.Equals(s_rest) && flow.TotalPackets > 0);
    }

    private List<AttributedFlow> Rows() =>
        Attributor.Attribute(Snapshot(), new SocketRegister(), new NetworkView(1), new AddressTranslations());

    private FlowSnapshot Snapshot() => _meter.Snapshot(1_700_000_000_000_000, _time, 0, 0);

    /// <summary>Packets from anywhere to anywhere of this host, each of a conversation of its own.</summary>
    private void Flood(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Count(
                (uint)_random.NextInt64(0x01000000, 0xDF000000),
                (ushort)_random.Next(1, 65536),
                Here,
                (ushort)_random.Next(1, 65536),
                payload: 8
            );
        }
    }

    private void Count(uint source, ushort sourcePort, uint destination, ushort destinationPort, int payload)
    {
        byte[] packet = new byte[Header + payload];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), source);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), destination);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + payload));
        _meter.Count(0, _time += 10, packet, packet.Length);
    }
}
