using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Processes;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>Each packet is counted once, whatever interfaces it crosses. Slot 0 is always eth0, with index 2.</summary>
public sealed class ObservationPointTests
{
    private const long Blue = 4026532100;
    private const string Here = "10.0.0.1:40000";
    private const string There = "198.51.100.9:443";
    private const string Inside = "172.17.0.2:40000";

    private readonly World _world = new();

    [Fact]
    public void A_bridge_counts_and_its_port_does_not()
    {
        ushort bridge = _world.Interface("br0", 5, "bridge");
        ushort port = _world.Interface("veth1", 6, "veth", master: 5);
        ProcessIdentity curl = HostClient();
        Exchange(Here, There, port, bridge);

        List<AttributedFlow> rows = _world.Attribute();

        AttributedFlow counted = Assert.Single(rows, row => row.Match.Owner?.Process == curl);
        Assert.Equal((100, 900, bridge), (counted.SentBytes, counted.ReceivedBytes, counted.Key.Interface));
        AttributedFlow again = Assert.Single(rows, row => row.Match.Category == TrafficCategory.Duplicate);
        Assert.Equal((100, 900, port, (ushort?)bridge), (again.SentBytes, again.ReceivedBytes, again.Key.Interface, again.CountedOn));
    }

    [Fact]
    public void What_tc_redirects_to_an_ifb_is_counted_on_the_card()
    {
        ushort ifb = _world.Interface("ifb0", 5, "ifb");
        HostClient();
        Exchange(Here, There, ifb, 0);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, 0));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate, ifb));
    }

    [Fact]
    public void What_tc_mirrors_to_another_interface_is_counted_on_the_one_with_the_address()
    {
        ushort mirror = _world.Interface("mon0", 5, "dummy");
        _world.View.Devices.Add(
            World.Namespace,
            [
                new InterfaceAddress
                {
                    InterfaceIndex = 2,
                    Address = World.Address("10.0.0.1"),
                    PrefixLength = 24,
                },
            ],
            []
        );
        HostClient();
        Exchange(Here, There, mirror, 0);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, 0));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate, mirror));
    }

    [Theory]
    [InlineData("vlan")]
    [InlineData("macvlan")]
    [InlineData("ipvlan")]
    public void A_sub_interface_counts_and_its_parent_does_not(string kind)
    {
        ushort sub = _world.Interface("sub0", 7, kind, parent: 2);
        HostClient();
        Exchange(Here, There, 0, sub);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, sub));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate, 0));
    }

    [Fact]
    public void A_vlan_over_a_bond_over_its_slaves_is_counted_once_at_the_top()
    {
        ushort bond = _world.Interface("bond0", 10, "bond");
        ushort slave = _world.Interface("eth1", 11, master: 10);
        ushort vlan = _world.Interface("bond0.7", 12, "vlan", parent: 10);
        HostClient();
        Exchange(Here, There, slave, bond, vlan);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, vlan));
        Assert.Equal(2000, Bytes(TrafficCategory.Duplicate));
        Assert.All(_world.Attribute().Where(row => row.CountedOn is not null), row => Assert.Equal(vlan, row.CountedOn));
    }

    [Fact]
    public void The_slaves_of_a_bond_that_share_a_conversation_both_count_where_the_bond_is_not_captured()
    {
        ushort first = _world.Interface("eth1", 11, master: 10);
        ushort second = _world.Interface("eth2", 12, master: 10);
        HostClient();
        Exchange(Here, There, first);
        Exchange(Here, There, second);

        Assert.Equal(2000, Bytes(TrafficCategory.Process));
    }

    [Fact]
    public void Two_unrelated_cards_with_one_direction_each_both_count()
    {
        ushort other = _world.Interface("eth1", 3);
        ProcessIdentity curl = HostClient();
        _world.Packet(5, Here, There, 100);
        _world.Packet(6, There, Here, 900, slot: other);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal((100, 900), (rows.Sum(row => row.SentBytes), rows.Sum(row => row.ReceivedBytes)));
        Assert.All(rows, row => Assert.Same(curl, row.Match.Owner!.Process));
    }

    [Fact]
    public void The_port_of_a_vrf_counts_and_the_vrf_does_not()
    {
        ushort vrf = _world.Interface("red", 20, "vrf");
        ushort port = _world.Interface("eth1", 21, master: 20);
        HostClient();
        Exchange(Here, There, port, vrf);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, port));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate, vrf));
    }

    [Fact]
    public void Of_a_veth_pair_in_one_namespace_the_end_that_showed_it_first_counts()
    {
        ushort left = _world.Interface("left", 30, "veth", parent: 31);
        ushort right = _world.Interface("right", 31, "veth", parent: 30);
        HostClient();
        _world.Packet(5, Here, There, 100, slot: right);
        _world.Packet(6, Here, There, 100, slot: left);

        Assert.Equal(100, Bytes(TrafficCategory.Process, right));
        Assert.Equal(100, Bytes(TrafficCategory.Duplicate, left));
    }

    [Fact]
    public void Of_a_containers_packet_the_interface_that_leads_to_it_counts()
    {
        ushort bridge = _world.Interface("docker0", 5, "bridge", subnet: "172.17.0.0/16");
        ushort veth = _world.Interface("veth1", 6, "veth", master: 5, parent: 2, isParentElsewhere: true);
        _world.Container(Blue, "172.17.0.2", hostIndex: 6);
        ProcessIdentity curl = ContainerClient();

        // Answers come in on eth0 first.
        Exchange(Inside, There, 0, bridge, veth);

        AttributedFlow counted = Assert.Single(_world.Attribute(), row => row.Match.Owner?.Process == curl);
        Assert.Equal((100, 900, veth), (counted.SentBytes, counted.ReceivedBytes, counted.Key.Interface));
        Assert.Equal(2000, Bytes(TrafficCategory.Duplicate));
    }

    [Fact]
    public void Where_only_the_bridge_is_captured_it_counts_before_the_uplink()
    {
        _world.View.Interfaces.AddLinks([
            new()
            {
                Name = "veth1",
                Index = 6,
                Kind = "veth",
                MasterIndex = 5,
                ParentIndex = 2,
                ParentIsElsewhere = true,
            },
        ]);
        ushort bridge = _world.Interface("docker0", 5, "bridge");
        _world.Container(Blue, "172.17.0.2", hostIndex: 6);
        ContainerClient();
        Exchange(Inside, There, 0, bridge);

        Assert.Equal(1000, Bytes(TrafficCategory.Process, bridge));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate, 0));
    }

    [Fact]
    public void A_routed_packet_is_forwarded_once_where_it_came_in()
    {
        ushort second = _world.Interface("eth1", 3);
        _world.Packet(5, "203.0.113.5:1000", There, 100, slot: second);
        _world.Packet(6, "203.0.113.5:1000", There, 100);

        Assert.Equal(100, Bytes(TrafficCategory.Forwarded, second));
        Assert.Equal(100, Bytes(TrafficCategory.Duplicate, 0));
    }

    [Fact]
    public void A_routers_asymmetric_conversation_is_forwarded_in_both_directions()
    {
        ushort second = _world.Interface("eth1", 3);
        ushort third = _world.Interface("eth2", 4);
        _world.Packet(5, "203.0.113.5:1000", There, 100);
        _world.Packet(5, "203.0.113.5:1000", There, 100, slot: second);
        _world.Packet(6, There, "203.0.113.5:1000", 900, slot: third);
        _world.Packet(6, There, "203.0.113.5:1000", 900);

        Assert.Equal(1000, Bytes(TrafficCategory.Forwarded));
        Assert.Equal(1000, Bytes(TrafficCategory.Duplicate));
    }

    [Fact]
    public void A_groups_packets_from_outside_count_on_each_card_they_came_by()
    {
        ushort second = _world.Interface("wlan0", 3);
        _world.Packet(5, "10.0.0.77:5353", "224.0.0.251:5353", 80, TransportProtocol.Udp);
        _world.Packet(5, "10.0.0.77:5353", "224.0.0.251:5353", 80, TransportProtocol.Udp, slot: second);

        Assert.Equal(0, Bytes(TrafficCategory.Duplicate));
        Assert.Equal(160, Bytes(TrafficCategory.Multicast));
    }

    [Fact]
    public void A_container_that_gives_itself_anothers_address_and_sends_as_it_hides_nothing()
    {
        const long Red = 4026532200;
        ushort bluesPort = _world.Interface("veth1", 6, "veth", master: 5);
        ushort redsPort = _world.Interface("veth2", 7, "veth", master: 5);
        _world.Container(Blue, "172.17.0.2", bluesPort + 5);
        _world.Container(Red, "172.17.0.2", redsPort + 5);
        ProcessIdentity curl = ContainerClient();
        _world.Packet(4, Inside, There, 1, slot: redsPort);
        Exchange(Inside, There, bluesPort, 0);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(
            (100, 900),
            (
                rows.Where(row => row.Match.Owner?.Process == curl && row.Key.Interface == bluesPort).Sum(row => row.SentBytes),
                rows.Where(row => row.Match.Owner?.Process == curl && row.Key.Interface == bluesPort).Sum(row => row.ReceivedBytes)
            )
        );
    }

    [Fact]
    public void A_conversation_of_another_time_is_no_duplicate()
    {
        ushort second = _world.Interface("eth1", 3);
        _world.Packet(5, "203.0.113.5:1000", There, 100, slot: second);
        _world.Packet(5000, "203.0.113.5:1000", There, 100);

        Assert.Equal(200, Bytes(TrafficCategory.Forwarded));
    }

    [Fact]
    public void In_an_interval_that_only_the_lower_interface_has_left_it_is_a_duplicate_still()
    {
        ushort bridge = _world.Interface("br0", 5, "bridge");
        ushort port = _world.Interface("veth1", 6, "veth", master: 5);
        HostClient();
        Exchange(Here, There, bridge);
        FlowSnapshot before = _world.Snapshot();
        _world.Packet(7, Here, There, 40, slot: port);

        FlowSnapshot interval = _world.Snapshot().Since(before);
        List<AttributedFlow> rows = Attributor.Attribute(interval, _world.Register, _world.View);

        Assert.Equal(TrafficCategory.Duplicate, Assert.Single(rows).Match.Category);
    }

    private ProcessIdentity HostClient()
    {
        ProcessIdentity curl = _world.Process(71, "curl");
        _world.Holds(_world.Socket(10, TransportProtocol.Tcp, Here, There), curl, 10);
        return curl;
    }

    private ProcessIdentity ContainerClient()
    {
        ProcessIdentity curl = _world.Process(72, "curl");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, Inside, There, networkNamespace: Blue), curl, 6);
        return curl;
    }

    /// <summary>100 bytes there and 900 back, shown by several interfaces.</summary>
    private void Exchange(string local, string remote, params int[] slots)
    {
        foreach (int slot in slots)
        {
            _world.Packet(5, local, remote, 100, slot: slot);
            _world.Packet(6, remote, local, 900, slot: slot);
        }
    }

    private long Bytes(TrafficCategory category, int? slot = null) =>
        _world
            .Attribute()
            .Where(row => row.Match.Category == category && (slot is null || row.Key.Interface == slot))
            .Sum(row => row.TotalBytes);
}
