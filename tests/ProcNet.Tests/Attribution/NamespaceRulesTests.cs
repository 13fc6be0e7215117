using ProcNet.Attribution;
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
    public void A_socket_of_the_host_with_the_same_tuple_is_not_the_containers()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.2:80", "198.51.100.9:5000"), _world.Process(62, "host"), 6);
        _world.Packet(5, "198.51.100.9:5000", "172.17.0.2:80", 100);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(TrafficCategory.OtherNamespace, row.Match.Category);
        Assert.Null(row.Match.Owner);
    }

    [Fact]
    public void Of_two_namespaces_with_one_address_the_exact_socket_tells()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Container(Green, "172.17.0.2");
        ProcessIdentity nginx = _world.Process(63, "nginx");
        _world.Holds(_world.Socket(0, TransportProtocol.Udp, "0.0.0.0:53", "0.0.0.0:0", ConnectionState.Closed, networkNamespace: Blue), _world.Process(64, "dns"), 1);
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
                _world.Socket(0, TransportProtocol.Udp, "0.0.0.0:53", "0.0.0.0:0", ConnectionState.Closed, networkNamespace: networkNamespace),
                _world.Process(id, "dns"), 1);
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
