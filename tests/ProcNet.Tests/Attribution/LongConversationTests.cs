using System.Diagnostics;
using CsCheck;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>
/// A peer that opens one connection again and again makes thousands of entries, and maybe sockets, of one 5-tuple: they cost no
/// more each than others.
/// </summary>
public sealed class LongConversationTests
{
    private const int Many = 50_000;
    private const long Blue = 4026532100;
    private const string Here = "10.0.0.1:22";
    private const string There = "203.0.113.5:40000";

    // What looks at all entries for each of them takes half a minute and more.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    private static readonly Gen<Action<World>> s_packet =
        from at in Gen.Int[0, 2000]
        from ends in Gen.OneOfConst(
            (Here, There),
            (There, Here),
            ("172.17.0.2:1", There),
            (There, "172.17.0.2:1"),
            ("203.0.113.6:1", There),
            ("203.0.113.6:1", "224.0.0.251:1")
        )
        from isNew in Gen.Bool
        from slot in Gen.Int[0, 6]
        select (Action<World>)(world => world.Packet(at, ends.Item1, ends.Item2, 40, isNewGeneration: isNew, slot: slot));

    [Fact]
    public void Sorted_entries_say_what_a_look_at_all_says() =>
        s_packet
            .Array[1, 80]
            .Sample(
                packets =>
                {
                    World world = NewWorld();
                    foreach (Action<World> packet in packets)
                    {
                        packet(world);
                    }

                    FlowSnapshot snapshot = world.Snapshot();
                    var sorted = new ObservationPoints(snapshot, world.View, longFrom: 0);
                    var together = new ObservationPoints(snapshot, world.View, longFrom: 0, mostLanes: 0);
                    var plain = new ObservationPoints(snapshot, world.View, longFrom: int.MaxValue);
                    ReadOnlySpan<FlowCounters> flows = snapshot.Flows.Span;
                    for (int place = 0; place < flows.Length; place++)
                    {
                        FiveTuple end = Attributor.ShownEnd(flows[0].Key, true);
                        foreach (bool sentByLow in (ReadOnlySpan<bool>)[true, false])
                        {
                            Assert.Equal(
                                plain.FindObservation(end, flows[place], sentByLow),
                                sorted.FindObservation(end, flows[place], sentByLow)
                            );
                            if ((sentByLow ? flows[place].LowPackets : flows[place].HighPackets) > 0)
                            {
                                Assert.Equal(plain.CountedElsewhere(place, sentByLow), sorted.CountedElsewhere(place, sentByLow));
                                Assert.Equal(plain.CountedElsewhere(place, sentByLow), together.CountedElsewhere(place, sentByLow));
                            }
                        }
                    }
                },
                iter: 20_000
            );

    [Theory]
    [InlineData(Here, false, 0.02, TrafficCategory.Kernel, 2 * 100L * Many)] // two cards: other packets
    [InlineData(Here, true, 0.02, TrafficCategory.Kernel, 100L * Many)] // a bridge and its port: the same ones
    [InlineData("198.51.100.9:443", false, 250, TrafficCategory.Forwarded, 100L * Many)] // routed from one card to the other
    public void Entries_of_many_connections_on_two_interfaces(
        string called,
        bool isBridge,
        double millisecondsApart,
        TrafficCategory category,
        long bytes
    )
    {
        var world = new World();
        ushort second = isBridge ? world.Interface("br0", 5, "bridge") : world.Interface("eth1", 3);
        ushort first = isBridge ? world.Interface("veth1", 6, "veth", master: 5) : (ushort)0;
        for (int i = 0; i < Many; i++)
        {
            foreach (ushort slot in (ReadOnlySpan<ushort>)[first, second])
            {
                world.Packet(
                    (int)(i * millisecondsApart),
                    There,
                    called,
                    60,
                    flags: FlowFlags.HighOpened,
                    isNewGeneration: true,
                    slot: slot
                );
                world.Packet((int)(i * millisecondsApart), called, There, 40, flags: FlowFlags.Closing, slot: slot);
            }
        }

        var watch = Stopwatch.StartNew();
        List<AttributedFlow> rows = Attributor.Attribute(world.Snapshot(), world.Register, world.View, world.Translations);

        AssertSoon(watch);
        Assert.Equal(bytes, rows.Where(row => row.Match.Category == category).Sum(row => row.TotalBytes));
        Assert.Equal(2 * 100L * Many, rows.Sum(row => row.TotalBytes));
    }

    [Fact]
    public void Sockets_of_many_connections()
    {
        var world = new World();
        ProcessIdentity[] servers = [world.Process(1, "one"), world.Process(2, "two")];
        for (int i = 0; i < Many; i++)
        {
            world.Packet(20 * i, There, Here, 60, flags: FlowFlags.HighOpened, isNewGeneration: true);
            world.Packet((20 * i) + 5, Here, There, 40, flags: FlowFlags.Closing);
        }

        var watch = Stopwatch.StartNew();
        for (int i = 0; i < Many; i++)
        {
            world.Holds(world.Socket((20 * i) + 2, TransportProtocol.Tcp, Here, There), servers[i % 2], (20 * i) + 3);
        }

        List<AttributedFlow> rows = Attributor.Attribute(world.Snapshot(), world.Register, world.View);

        AssertSoon(watch);
        Assert.Equal(Many, rows.Count);
        Assert.All(rows, row => Assert.Equal(servers[row.Generation % 2], row.Match.Owner?.Process));
    }

    [Fact]
    public void Sockets_of_one_busy_port()
    {
        var world = new World();
        ProcessIdentity client = world.Process(1, "client");
        for (int i = 0; i < Many; i++)
        {
            world.Packet(20 * i, "10.0.0.1:123", $"203.0.{i >> 8}.{i & 255}:123", 76, TransportProtocol.Udp);
        }

        var watch = Stopwatch.StartNew();
        for (int i = 0; i < Many; i++)
        {
            world.Holds(world.Socket(20 * i, TransportProtocol.Udp, "0.0.0.0:123", "0.0.0.0:0"), client, 20 * i);
        }

        List<AttributedFlow> rows = Attributor.Attribute(world.Snapshot(), world.Register, world.View);

        AssertSoon(watch);
        Assert.Equal(Many, rows.Count(row => row.Match.Owner?.Process == client));
    }

    [Fact]
    public void Sockets_of_another_time_change_nothing() =>
        Gen.Select(s_packet.Array[1, 20], Look.Any.Array[1, 20])
            .Sample(
                (packets, looks) =>
                {
                    World few = NewWorld();
                    World many = NewWorld();
                    foreach (World world in (World[])[few, many])
                    {
                        foreach (Action<World> packet in packets)
                        {
                            packet(world);
                        }

                        foreach (Look look in looks)
                        {
                            look.At(world, look.Time, look.Inode, look.Cookie);
                        }
                    }

                    uint number = 1_000_000;
                    foreach (Look look in looks)
                    {
                        for (int i = 0; i < 40; i++)
                        {
                            number++;
                            look.At(many, -1_000_000 + i, number, number);
                            many.Register.RecordHolder(number, many.Process(9, "before"), -1_000_000_000);
                        }
                    }

                    Assert.Equal(few.Attribute().Select(Describe), many.Attribute().Select(Describe));
                },
                iter: 3_000
            );

    [Fact]
    public void An_observation_is_of_the_same_socket_among_many_as_among_few() =>
        Look
            .Any.Array[1, 120]
            .Sample(
                looks =>
                {
                    var world = new World();
                    var list = new SocketList(World.Namespace);
                    List<KnownSocket> plain = [];
                    foreach (Look look in looks)
                    {
                        SocketRow row = world.Socket(
                            look.Time,
                            TransportProtocol.Tcp,
                            Here,
                            There,
                            inode: look.Inode,
                            cookie: look.Cookie % 60
                        );
                        KnownSocket? expected = plain.FindLast(known => known.IsSame(row));

                        KnownSocket? found = list.Find(row);

                        Assert.Same(expected, found);
                        var observation = new SocketObservation(World.Namespace, look.Time, row);
                        if (found is null)
                        {
                            found = new KnownSocket(observation)
                            {
                                Holders = row.Inode == 0 ? null : new SocketHolders(row.Inode, row.Cookie),
                            };
                            list.Add(found);
                            plain.Add(found);
                        }
                        else
                        {
                            list.Record(found, observation);
                        }
                    }

                    (long since, long until) = (looks[0].Time, looks[^1].Time);
                    IReadOnlyList<KnownSocket> between = list.Between(since, until, 1);
                    Assert.Equal(plain.Where(socket => Meets(socket, since, until)), between.Where(socket => Meets(socket, since, until)));
                    Assert.True(plain.Count < 40 || between.All(socket => Meets(socket, since, until)));
                },
                iter: 2_000
            );

    private static bool Meets(KnownSocket socket, long since, long until) => socket.LastSeen >= since && socket.FirstSeen <= until;

    private static (FlowKey, int, bool, TrafficCategory, OwnerEvidence, ulong?) Describe(AttributedFlow row) =>
        (row.Key, row.Generation, row.LocalIsLow, row.Match.Category, row.Match.Evidence, row.Match.Socket?.Cookie);

    private static void AssertSoon(Stopwatch watch) => Assert.True(watch.Elapsed < s_soon, $"It took {watch.Elapsed}.");

    /// <summary>Interfaces in each relation that there is, and a container.</summary>
    private static World NewWorld()
    {
        var world = new World();
        world.Interface("br0", 5, "bridge", subnet: "172.17.0.0/16");
        world.Interface("veth1", 6, "veth", master: 5, parent: 2, isParentElsewhere: true);
        world.Interface("eth0.7", 7, "vlan", parent: 2);
        world.Interface("left", 8, "veth", parent: 9);
        world.Interface("right", 9, "veth", parent: 8);
        world.Interface("wlan0", 10);
        world.Container(Blue, "172.17.0.2", hostIndex: 6);
        return world;
    }

    /// <summary>An observation of a socket of the ends that the packets have.</summary>
    private sealed record Look(int Time, string Local, string Remote, uint Inode, ulong Cookie, long NetworkNamespace)
    {
        public static readonly Gen<Look> Any =
            from time in Gen.Int[0, 2000]
            from ends in Gen.OneOfConst((Here, There), (Here, "0.0.0.0:0"), ("0.0.0.0:22", "0.0.0.0:0"), ("172.17.0.2:1", There))
            from inode in Gen.UInt[0, 60]
            from cookie in Gen.ULong[1, 120]
            select new Look(
                time,
                ends.Item1,
                ends.Item2,
                inode,
                cookie,
                ends.Item1.StartsWith("172", StringComparison.Ordinal) ? Blue : World.Namespace
            );

        public void At(World world, int time, uint inode, ulong cookie) =>
            world.Socket(
                time,
                TransportProtocol.Tcp,
                Local,
                Remote,
                Remote == "0.0.0.0:0" ? ConnectionState.Listen : ConnectionState.Established,
                inode,
                cookie,
                networkNamespace: NetworkNamespace
            );
    }
}
