using CsCheck;
using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources;
using Xunit;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>Whatever bytes arrive, nothing throws and each frame lands in exactly one place: the entries add up to the totals.</summary>
public sealed class BalancePropertyTests
{
    private static readonly LinkLayer[] s_linkLayers =
    [
        LinkLayer.Ethernet,
        LinkLayer.LinuxSll,
        LinkLayer.LinuxSll2,
        LinkLayer.Null,
        LinkLayer.Loop,
        LinkLayer.Raw,
        LinkLayer.RawLinux,
        LinkLayer.RawOpenBsd,
        LinkLayer.IPv4,
        LinkLayer.IPv6,
        LinkLayer.Ppp,
        LinkLayer.PppHdlc,
        LinkLayer.CiscoHdlc,
        LinkLayer.FrameRelay,
        LinkLayer.NetfilterLog,
        LinkLayer.Ieee80211,
        LinkLayer.Ieee80211Radiotap,
        (LinkLayer)147,
    ];

    private static readonly ushort s_rawSlot = (ushort)Array.IndexOf(s_linkLayers, LinkLayer.Raw);

    private static readonly Gen<Arrival> s_random =
        from linkLayer in Gen.OneOfConst(s_linkLayers)
        from frame in Gen.Byte.Array[0, 120]
        from more in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[0, 2000]))
        select new Arrival(linkLayer, frame, frame.Length + more);

    private static readonly Gen<Arrival> s_whole =
        from packet in RandomPacket.Any
        select new Arrival(packet.LinkLayer, packet.Frame, packet.Frame.Length);

    private static readonly Gen<Arrival> s_mutated =
        from packet in RandomPacket.Any
        from flips in Gen.Select(Gen.Int[0, 80], Gen.Byte).Array[1, 6]
        from cut in Gen.Int[0, 400]
        select Mutate(packet, flips, cut);

    private static readonly Gen<Arrival> s_any = Gen.Frequency((1, s_random), (2, s_whole), (3, s_mutated));

    [Fact]
    public void Every_frame_lands_in_one_place() =>
        s_any.Array[0, 60].Sample(arrivals => AssertBalanced(arrivals, FlowTable.DefaultCapacity), iter: 3_000);

    [Fact]
    public void Every_frame_lands_in_one_place_of_a_table_that_is_full() =>
        s_any.Array[0, 60].Sample(arrivals => AssertBalanced(arrivals, 3), iter: 3_000);

    [Fact]
    public void Fragments_belong_to_their_conversation_in_whatever_order_they_come() =>
        Gen.Select(Gen.Select(Gen.Bool, Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[2, 7], Gen.Int[0, 2]).Array[1, 8], Gen.Int)
            .Sample(
                (datagrams, seed) =>
                {
                    var expected = new Dictionary<string, (long Bytes, long Packets)>();
                    var frames = new List<byte[]>();
                    for (int i = 0; i < datagrams.Length; i++)
                    {
                        (bool isIPv6, int source, int destination, int count, int options) = datagrams[i];
                        byte[] datagram = PacketBuilder.Udp(source, destination, (count * 80) - 8);
                        byte[][] fragments = isIPv6
                            ? options == 0
                                ? PacketBuilder.FragmentIPv6(datagram, PacketBuilder.UdpProtocol, 80, (uint)i)
                                : PacketBuilder.FragmentIPv6(
                                    PacketBuilder.Extension(PacketBuilder.UdpProtocol, options, datagram),
                                    60,
                                    80,
                                    (uint)i
                                )
                            : PacketBuilder.FragmentIPv4(PacketBuilder.IPv4(datagram, PacketBuilder.UdpProtocol), 80, (ushort)i);
                        frames.AddRange(fragments);
                        string key = $"{isIPv6} {source} {destination}";
                        (long bytes, long packets) = expected.GetValueOrDefault(key);
                        expected[key] = (bytes + fragments.Sum(fragment => fragment.Length), packets + fragments.Length);
                    }

                    byte[][] shuffled = [.. frames];
                    new Random(seed).Shuffle(shuffled);
                    FlowSnapshot snapshot = Count([.. shuffled.Select(frame => new Arrival(LinkLayer.Raw, frame, frame.Length))], 1000);

                    Assert.Equal(
                        expected.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
                        snapshot
                            .Flows.ToArray()
                            .Where(flow => flow.TotalPackets > 0)
                            .Select(flow =>
                                ($"{!flow.Key.Low.IsIPv4} {flow.Key.LowPort} {flow.Key.HighPort}", (flow.TotalBytes, flow.TotalPackets))
                            )
                            .OrderBy(flow => flow.Item1, StringComparer.Ordinal)
                    );
                },
                iter: 3_000
            );

    [Fact]
    public void No_interval_takes_back_what_one_before_it_showed() =>
        Gen.Select(Gen.Select(Gen.Int[1, 3], Gen.Int[2, 7]).Array[1, 8], Gen.Bool.Array[60], Gen.Int)
            .Sample(
                (datagrams, isSnapshot, seed) =>
                {
                    byte[][] frames =
                    [
                        .. datagrams.SelectMany(
                            (datagram, i) =>
                                PacketBuilder.FragmentIPv4(
                                    PacketBuilder.IPv4(
                                        PacketBuilder.Udp(datagram.Item1, 53, (datagram.Item2 * 80) - 8),
                                        PacketBuilder.UdpProtocol
                                    ),
                                    80,
                                    (ushort)i
                                )
                        ),
                    ];
                    new Random(seed).Shuffle(frames);
                    PacketMeter meter = NewMeter(1000);
                    var sums = new Dictionary<FlowKey, (long Bytes, long Packets)>();
                    FlowSnapshot previous = meter.Snapshot(0, 0, 0, 0);
                    for (int i = 0; i < frames.Length; i++)
                    {
                        meter.Count(s_rawSlot, 1_700_000_000_000_000 + (i * 1000), frames[i], frames[i].Length);
                        if (isSnapshot[i] || i == frames.Length - 1)
                        {
                            FlowSnapshot now = meter.Snapshot(0, 0, 0, 0);
                            AddInterval(sums, now.Since(previous));
                            previous = now;
                        }
                    }

                    Assert.Equal(frames.Length, previous.Packets);
                    Assert.Equal(
                        previous.Flows.ToArray().ToDictionary(flow => flow.Key, flow => (flow.TotalBytes, flow.TotalPackets)),
                        sums
                    );
                },
                iter: 3_000
            );

    private static void AddInterval(Dictionary<FlowKey, (long Bytes, long Packets)> sums, FlowSnapshot interval)
    {
        foreach (FlowCounters flow in interval.Flows.ToArray())
        {
            AssertNotNegative(flow);
            (long bytes, long packets) = sums.GetValueOrDefault(flow.Key);
            sums[flow.Key] = (bytes + flow.TotalBytes, packets + flow.TotalPackets);
        }

        Assert.Equal(interval.Packets, interval.Flows.ToArray().Sum(flow => flow.TotalPackets));
        Assert.Equal(interval.Bytes, interval.Flows.ToArray().Sum(flow => flow.TotalBytes));
    }

    private static void AssertNotNegative(in FlowCounters flow) =>
        Assert.True(flow.LowBytes >= 0 && flow.HighBytes >= 0 && flow.LowPackets >= 0 && flow.HighPackets >= 0, $"{flow.Key} is negative.");

    private static void AssertBalanced(Arrival[] arrivals, int capacity)
    {
        FlowSnapshot snapshot = Count(arrivals, capacity);
        foreach (ref readonly FlowCounters flow in snapshot.Flows.Span)
        {
            Assert.True(Enum.IsDefined(flow.Key.Kind));
            AssertNotNegative(flow);
        }

        Assert.Equal(arrivals.Length, snapshot.Packets);
        Assert.Equal(snapshot.Packets, snapshot.Flows.ToArray().Sum(flow => flow.TotalPackets));
        Assert.Equal(snapshot.Bytes, snapshot.Flows.ToArray().Sum(flow => flow.TotalBytes));
        Assert.InRange(snapshot.Bytes, 0, arrivals.Sum(arrival => (long)arrival.WireLength));
        Assert.Equal(snapshot.Flows.ToArray(), Count(arrivals, capacity, soon: true).Flows.ToArray());
    }

    /// <summary>Counts frames on one interface for each link type.</summary>
    private static FlowSnapshot Count(Arrival[] arrivals, int capacity, bool soon = false)
    {
        PacketMeter meter = NewMeter(capacity);
        long time = 1_700_000_000_000_000;
        foreach (Arrival arrival in arrivals)
        {
            var slot = (ushort)Array.IndexOf(s_linkLayers, arrival.LinkLayer);
            time += 1000;
            if (soon)
            {
                meter.CountSoon(slot, time, arrival.Frame, arrival.WireLength);
            }
            else
            {
                meter.Count(slot, time, arrival.Frame, arrival.WireLength);
            }
        }

        meter.CountWaiting();
        return meter.Snapshot(time, time, 0, 0);
    }

    /// <summary>A meter with one interface for each link type.</summary>
    private static PacketMeter NewMeter(int capacity)
    {
        var meter = new PacketMeter(capacity);
        for (int slot = 0; slot < s_linkLayers.Length; slot++)
        {
            LinkLayer linkLayer = s_linkLayers[slot];
            meter.AddInterface(
                new TrafficInterface
                {
                    Slot = (ushort)slot,
                    Name = $"{linkLayer}",
                    LinkLayer = linkLayer,
                }
            );
        }

        return meter;
    }

    private static Arrival Mutate(RandomPacket packet, (int Place, byte Change)[] flips, int cut)
    {
        byte[] frame = [.. packet.Frame];
        foreach ((int place, byte change) in flips)
        {
            frame[place % frame.Length] ^= change;
        }

        return new Arrival(packet.LinkLayer, frame[..Math.Min(cut, frame.Length)], packet.Frame.Length);
    }

    /// <summary>A frame as it is captured.</summary>
    private sealed record Arrival(LinkLayer LinkLayer, byte[] Frame, int WireLength);
}
