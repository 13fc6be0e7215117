using ProcNet.Attribution;
using ProcNet.Interfaces;
using ProcNet.Processes;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>Owners in other network namespaces than the captured one.</summary>
public sealed class NamespaceRulesTests
{
    private const long Blue = 4026532100;
    private const long Green = 4026532200;

    private readonly World _world = new();

    [Fact]
    public void A_containers_process_is_named_and_sends_from_its_own_address()
    {
        _world.Container(Blue, "172.17.0.2");
        ProcessIdentity nginx = _world.Process(61, "nginx");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.2:80", "198.51.100.9:5000", networkNamespace: Blue), nginx, 6);
        _world.Packet(5, "198.51.100.9:5000", "172.17.0.2:80", 100);
        _world.Packet(6, "172.17.0.2:80", "198.51.100.9:5000", 900);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(nginx, row.Match.Owner!.Process);
        Assert.Equal((900, 100), (row.SentBytes, row.ReceivedBytes));
        Assert.Equal(Blue, row.NetworkNamespace);
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.OtherNamespace, row.Match.Evidence);
    }

    [Fact]
    public void What_a_container_sends_to_a_group_is_its_processs_and_the_hosts_members()
    {
        _world.Container(Blue, "172.17.0.2");
        ProcessIdentity sender = _world.Process(64, "announcer");
        ProcessIdentity avahi = _world.Process(65, "avahi-daemon");
        _world.Holds(_world.Socket(5, TransportProtocol.Udp, "172.17.0.2:40000", "224.0.0.251:5353", networkNamespace: Blue), sender, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Udp, "0.0.0.0:5353", "0.0.0.0:0", ConnectionState.Closed), avahi, 6);
        _world.Packet(5, "172.17.0.2:40000", "224.0.0.251:5353", 200, TransportProtocol.Udp);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(200, Assert.Single(rows, row => row.Match.Owner?.Process == sender).SentBytes);
        AttributedFlow member = Assert.Single(rows, row => row.Match.Owner?.Process == avahi);
        Assert.Equal((0, 200), (member.SentBytes, member.ReceivedBytes));
    }

    [Fact]
    public void A_transparent_socket_of_the_host_takes_what_was_meant_for_a_container()
    {
        ProcessIdentity proxy = _world.Process(62, "proxy");
        _world.Container(Blue, "172.17.0.2");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.2:80", "198.51.100.9:5000"), proxy, 6);
        _world.Packet(5, "198.51.100.9:5000", "172.17.0.2:80", 100);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(proxy, row.Match.Owner!.Process);
        Assert.Equal(World.Namespace, row.NetworkNamespace);
    }

    [Fact]
    public void A_namespace_that_nothing_leads_to_claims_neither_an_address_nor_a_connection_of_the_hosts()
    {
        _world.Island(Blue, "198.51.100.9");
        ProcessIdentity curl = _world.Process(65, "curl");
        ProcessIdentity thief = _world.Process(66, "thief");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:5000", "198.51.100.9:80"), curl, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "198.51.100.9:80", "10.0.0.1:5000", networkNamespace: Blue), thief, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:5000", "198.51.100.9:80", networkNamespace: Blue), thief, 6);
        _world.Packet(5, "10.0.0.1:5000", "198.51.100.9:80", 100);

        Assert.Same(curl, Assert.Single(_world.Attribute()).Match.Owner!.Process);
    }

    [Fact]
    public void An_address_that_the_host_had_when_the_conversation_began_is_its_own_also_when_it_has_gone()
    {
        ProcessIdentity dig = _world.Process(67, "dig");
        _world.View.AddPast(World.Namespace, World.Address("10.55.0.2"), until: 8_000);
        _world.Holds(_world.Socket(5, TransportProtocol.Udp, "10.55.0.2:5000", "0.0.0.0:0", ConnectionState.Closed), dig, 6);
        _world.Packet(5, "10.55.0.2:5000", "198.51.100.9:53", 100, TransportProtocol.Udp);
        _world.Packet(9, "10.55.0.2:5000", "198.51.100.8:53", 100, TransportProtocol.Udp);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Same(dig, Assert.Single(rows, row => row.FirstSeen == 5_000).Match.Owner!.Process);
        Assert.Equal(TrafficCategory.Forwarded, Assert.Single(rows, row => row.FirstSeen == 9_000).Match.Category);
    }

    [Fact]
    public void A_range_that_the_routing_table_calls_local_is_local()
    {
        ProcessIdentity server = _world.Process(68, "server");
        _world.View.AddLocalRoutes(World.Namespace, [new LocalPrefix(World.Address("10.99.0.0"), 24)]);
        _world.Holds(_world.Socket(0, TransportProtocol.Udp, "0.0.0.0:53", "0.0.0.0:0", ConnectionState.Closed), server, 1);
        _world.Packet(5, "198.51.100.9:5000", "10.99.0.7:53", 100, TransportProtocol.Udp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(server, row.Match.Owner!.Process);
        Assert.Equal(100, row.ReceivedBytes);
    }

    [Fact]
    public void Of_two_namespaces_with_one_address_the_exact_socket_tells()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Container(Green, "172.17.0.2");
        ProcessIdentity nginx = _world.Process(63, "nginx");
        _world.Holds(
            _world.Socket(0, TransportProtocol.Udp, "0.0.0.0:53", "0.0.0.0:0", ConnectionState.Closed, networkNamespace: Blue),
            _world.Process(64, "dns"),
            1
        );
        _world.Holds(_world.Socket(5, TransportProtocol.Udp, "172.17.0.2:53", "198.51.100.9:5000", networkNamespace: Green), nginx, 6);
        _world.Packet(5, "198.51.100.9:5000", "172.17.0.2:53", 100, TransportProtocol.Udp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(nginx, row.Match.Owner!.Process);
        Assert.Equal(Green, row.NetworkNamespace);
    }

    [Fact]
    public void Of_two_namespaces_with_one_address_none_is_guessed()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Container(Green, "172.17.0.2");
        foreach ((long networkNamespace, int id) in ((long, int)[])[(Blue, 65), (Green, 66)])
        {
            _world.Holds(
                _world.Socket(
                    0,
                    TransportProtocol.Udp,
                    "0.0.0.0:53",
                    "0.0.0.0:0",
                    ConnectionState.Closed,
                    networkNamespace: networkNamespace
                ),
                _world.Process(id, "dns"),
                1
            );
        }

        _world.Packet(5, "198.51.100.9:5000", "172.17.0.2:53", 100, TransportProtocol.Udp);

        Assert.Equal(TrafficCategory.OtherNamespace, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void Two_containers_that_talk_are_two_rows_of_one_packet()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Container(Green, "172.17.0.3");
        ProcessIdentity client = _world.Process(67, "client");
        ProcessIdentity server = _world.Process(68, "server");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.2:4000", "172.17.0.3:80", networkNamespace: Blue), client, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.3:80", "172.17.0.2:4000", networkNamespace: Green), server, 6);
        _world.Packet(5, "172.17.0.2:4000", "172.17.0.3:80", 70);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(70, Assert.Single(rows, row => row.Match.Owner!.Process == client).SentBytes);
        Assert.Equal(70, Assert.Single(rows, row => row.Match.Owner!.Process == server).ReceivedBytes);
    }

    [Fact]
    public void The_kernels_own_answers_in_a_container_are_the_kernels()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Packet(5, "198.51.100.9:77", "172.17.0.2:77", 84, TransportProtocol.Icmp);

        Assert.Equal(TrafficCategory.Kernel, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void A_socket_that_no_process_of_all_holds_is_the_kernels()
    {
        // VXLAN's: it is in the table, open, and was so still when every process had been read.
        var socket = _world.Socket(0, TransportProtocol.Udp, "0.0.0.0:4789", "0.0.0.0:0", ConnectionState.Closed);
        KnownSocket known = Assert.Single(_world.Register.FindUnconnected(World.Namespace, TransportProtocol.Udp, 4789));
        _world.Packet(5, "198.51.100.9:5000", "10.0.0.1:4789", 150, TransportProtocol.Udp);
        _world.Register.Want(known.Holders!);
        _world.Register.GiveUp([.. _world.Register.Wanted], 6_000, 7_000, sawAll: true);
        Assert.Equal(TrafficCategory.NoHolder, Assert.Single(_world.Attribute()).Match.Category);

        _world.Socket(8, TransportProtocol.Udp, "0.0.0.0:4789", "0.0.0.0:0", ConnectionState.Closed, socket.Inode, socket.Cookie);

        AttributedFlow row = Assert.Single(_world.Attribute());
        Assert.Equal(TrafficCategory.Kernel, row.Match.Category);
        Assert.Contains("kernel's own", CategoryReasons.Of(row.Match, null));
    }

    [Fact]
    public void A_socket_that_no_readable_process_holds_is_not()
    {
        var socket = _world.Socket(0, TransportProtocol.Udp, "0.0.0.0:4789", "0.0.0.0:0", ConnectionState.Closed);
        _world.Register.Want(Assert.Single(_world.Register.FindUnconnected(World.Namespace, TransportProtocol.Udp, 4789)).Holders!);
        _world.Register.GiveUp([.. _world.Register.Wanted], 6_000, 7_000, sawAll: false);
        _world.Socket(8, TransportProtocol.Udp, "0.0.0.0:4789", "0.0.0.0:0", ConnectionState.Closed, socket.Inode, socket.Cookie);
        _world.Packet(5, "198.51.100.9:5000", "10.0.0.1:4789", 150, TransportProtocol.Udp);

        Assert.Equal(TrafficCategory.NoHolder, Assert.Single(_world.Attribute()).Match.Category);
    }
}
