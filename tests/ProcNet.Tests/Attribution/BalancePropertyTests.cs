using CsCheck;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>
/// Whatever packets, sockets and looks come, in whatever order: the totals balance, and nobody gets bytes of a socket that he
/// never held.
/// </summary>
public sealed class BalancePropertyTests
{
    private const long Blue = 4026532100;
    private const long Green = 4026532200;
    private const int Interfaces = 7;

    private static readonly Gen<string> s_end = Gen.Select(
        Gen.OneOfConst("10.0.0.1", "10.0.0.2", "127.0.0.1", "224.0.0.251", "10.0.0.255", "172.17.0.2", "172.17.0.3", "172.17.0.4"),
        Gen.Int[1, 4],
        (address, port) => $"{address}:{port}"
    );

    private static readonly Gen<Action<World>> s_packet =
        from at in Gen.Int[0, 5000]
        from source in s_end
        from destination in s_end
        from bytes in Gen.Int[20, 65535]
        from protocol in Gen.OneOfConst(TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Icmp, TransportProtocol.Gre)
        from kind in Gen.Frequency(
            (9, Gen.Const(FlowKind.Conversation)),
            (1, Gen.OneOfConst(FlowKind.Fragment, FlowKind.NotIP, FlowKind.Malformed))
        )
        from flags in Gen.OneOfConst(FlowFlags.None, FlowFlags.Closing, FlowFlags.LowOpened, FlowFlags.HighOpened)
        from isNew in Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))
        from slot in Gen.Int[0, Interfaces - 1]
        select (Action<World>)(world => world.Packet(at, source, destination, bytes, protocol, flags, kind, isNew, slot));

    private static readonly Gen<Action<World>> s_look =
        from at in Gen.Int[0, 5000]
        from local in s_end
        from remote in Gen.Frequency((3, s_end), (1, Gen.Const("0.0.0.0:0")))
        from protocol in Gen.OneOfConst(TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Icmp, TransportProtocol.Raw)
        from state in Gen.OneOfConst(ConnectionState.Established, ConnectionState.Listen, ConnectionState.TimeWait, ConnectionState.Closed)
        from inode in Gen.UInt[0, 6]
        from cookie in Gen.ULong[0, 6]
        from networkNamespace in Gen.OneOfConst(World.Namespace, Blue, Green)
        select (Action<World>)(
            world => world.Socket(at, protocol, local, remote, state, inode, cookie, networkNamespace: networkNamespace)
        );

    private static readonly Gen<Action<World>> s_translation =
        from local in s_end
        from remote in s_end
        from behindLocal in s_end
        from behindRemote in s_end
        from protocol in Gen.OneOfConst(TransportProtocol.Tcp, TransportProtocol.Udp)
        select (Action<World>)(world => world.Translation(local, remote, behindLocal, behindRemote, protocol));

    private static readonly Gen<Action<World>> s_holder =
        from at in Gen.Int[0, 5000]
        from inode in Gen.UInt[1, 6]
        from id in Gen.Int[1, 4]
        from start in Gen.ULong[1, 3]
        select (Action<World>)(world => world.Register.RecordHolder(inode, world.Process(id, "p", start), at * 1000L));

    [Fact]
    public void The_totals_always_balance() =>
        Gen.Frequency((4, s_packet), (2, s_look), (1, s_holder), (1, s_translation))
            .Array[0, 60]
            .Sample(
                steps =>
                {
                    var world = NewWorld();
                    foreach (Action<World> step in steps)
                    {
                        step(world);
                    }

                    foreach (AttributedFlow row in world.Attribute())
                    {
                        SocketHolder? owner = row.Match.Owner;
                        Assert.Equal(row.Match.Category == TrafficCategory.Process, owner is not null);
                        if (owner is not null)
                        {
                            Assert.Contains(owner, row.Match.Socket!.Holders!.All);
                            Assert.Equal(row.NetworkNamespace, row.Match.Socket.NetworkNamespace);
                        }
                    }
                },
                iter: 20_000
            );

    [Fact]
    public void The_order_of_the_looks_does_not_change_what_a_packet_table_adds_up_to() =>
        s_packet
            .Array[1, 40]
            .Sample(
                packets =>
                {
                    var forward = NewWorld();
                    var backward = NewWorld();
                    foreach (Action<World> packet in packets)
                    {
                        packet(forward);
                    }

                    foreach (Action<World> packet in packets.Reverse())
                    {
                        packet(backward);
                    }

                    Assert.Equal(forward.Attribute().Sum(row => row.TotalBytes), backward.Attribute().Sum(row => row.TotalBytes));
                },
                iter: 2_000
            );

    /// <summary>Three namespaces; two of them have an address in common; interfaces in each relation that there is.</summary>
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
        world.Container(Blue, "172.17.0.3");
        world.Container(Green, "172.17.0.3");
        return world;
    }
}
