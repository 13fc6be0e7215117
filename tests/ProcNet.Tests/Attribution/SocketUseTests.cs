using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sockets;

namespace ProcNet.Tests.Attribution;

/// <summary>The kernel's own word about who used a socket comes before what was found in descriptors.</summary>
public sealed class SocketUseTests
{
    private readonly World _world = new();

    [Fact]
    public void The_user_gets_the_bytes_not_the_one_who_was_found_to_hold_the_socket()
    {
        SocketRow socket = _world.Socket(0, TransportProtocol.Tcp, "10.0.0.1:80", "10.0.0.2:5000");
        _world.Holds(socket, _world.Process(1, "master"), 0);
        _world.Packet(1, "10.0.0.2:5000", "10.0.0.1:80", 100);

        Use(socket, 2, "worker", 1, 1);

        OwnerMatch match = Match();
        Assert.Equal((2, OwnerEvidence.KernelFeed), (match.Owner!.Process.Key.Id, match.Evidence));
    }

    [Fact]
    public void A_socket_that_no_table_showed_has_its_user()
    {
        _world.Packet(1, "10.0.0.1:5000", "10.0.0.2:80", 100, flags: FlowFlags.LowOpened | FlowFlags.Closing);
        SocketRow socket = _world.Socket(1, TransportProtocol.Tcp, "10.0.0.1:5000", "10.0.0.2:80", inode: 0, cookie: 77);

        Use(socket, 3, "curl", 1, 2);

        Assert.Equal(3, Match().Owner!.Process.Key.Id);
    }

    [Fact]
    public void The_user_of_an_earlier_socket_with_the_same_addresses_is_not_asked()
    {
        SocketRow earlier = _world.Socket(0, TransportProtocol.Tcp, "10.0.0.1:5000", "10.0.0.2:80", inode: 0, cookie: 77);
        Use(earlier, 3, "curl", 0, 1);
        _world.Packet(60_000, "10.0.0.1:5000", "10.0.0.2:80", 100, flags: FlowFlags.LowOpened);

        Assert.Null(Match().Owner);
    }

    [Fact]
    public void A_socket_used_for_one_packet_was_seen_a_little_before_the_packet()
    {
        _world.Packet(5, "10.0.0.1:5000", "10.0.0.2:53", 100, TransportProtocol.Udp);
        SocketRow socket = _world.Socket(4, TransportProtocol.Udp, "10.0.0.1:5000", "10.0.0.2:53", inode: 0, cookie: 77);

        Use(socket, 3, "dig", 4, 4);

        Assert.Equal(3, Match().Owner!.Process.Key.Id);
    }

    [Fact]
    public void Of_two_users_of_one_connection_the_one_with_more_bytes_gets_it_and_the_evidence_says_so()
    {
        _world.Packet(5, "10.0.0.1:5000", "10.0.0.2:443", 100);
        SocketRow socket = _world.Socket(4, TransportProtocol.Tcp, "10.0.0.1:5000", "10.0.0.2:443", inode: 0, cookie: 77);

        Use(socket, 3, "parent", 5, 6, bytes: 20_000_000);
        Use(socket, 4, "child", 6, 7, bytes: 53);
        Use(socket, 4, "child", 6, 8, bytes: 106);

        Assert.Equal((3, OwnerEvidence.KernelFeed | OwnerEvidence.SharedSocket), (Match().Owner!.Process.Key.Id, Match().Evidence));
        Use(socket, 4, "child", 6, 9, bytes: 30_000_000);
        Assert.Equal((4, OwnerEvidence.KernelFeed | OwnerEvidence.SharedSocket), (Match().Owner!.Process.Key.Id, Match().Evidence));
    }

    [Fact]
    public void Who_made_the_listener_stands_in_only_until_a_user_is_seen()
    {
        _world.Packet(5, "10.0.0.1:443", "10.0.0.2:5000", 100);
        SocketRow socket = _world.Socket(4, TransportProtocol.Tcp, "10.0.0.1:443", "10.0.0.2:5000", inode: 0, cookie: 77);

        Use(socket, 3, "master", 5, 6, bytes: 4000, OwnerEvidence.ListeningSocket);
        Use(socket, 4, "worker", 6, 7, bytes: 100);
        Use(socket, 3, "master", 5, 8, bytes: 5000, OwnerEvidence.ListeningSocket);

        Assert.Equal((4, OwnerEvidence.KernelFeed), (Match().Owner!.Process.Key.Id, Match().Evidence));
    }

    [Fact]
    public void Of_raw_sockets_that_all_got_the_answers_the_one_that_asked_has_the_ping()
    {
        _world.Packet(5, "10.0.0.1:77", "10.0.0.2:77", 100, TransportProtocol.Icmp);
        Use(
            _world.Socket(4, TransportProtocol.Icmp, "10.0.0.1:77", "10.0.0.2:0", inode: 0, cookie: 1),
            3,
            "ping",
            5,
            6,
            bytes: 200,
            sent: 100
        );
        Use(
            _world.Socket(4, TransportProtocol.Icmp, "10.0.0.1:77", "10.0.0.2:0", inode: 0, cookie: 2),
            4,
            "other",
            5,
            7,
            bytes: 4000,
            sent: 0
        );

        Assert.Equal((3, OwnerEvidence.KernelFeed), (Match().Owner!.Process.Key.Id, Match().Evidence));
    }

    [Fact]
    public void Several_sockets_that_had_one_conversation_of_datagrams_together_share_it()
    {
        _world.Packet(5, "10.0.0.1:5353", "224.0.0.251:5353", 100, TransportProtocol.Udp);
        Use(_world.Socket(4, TransportProtocol.Udp, "10.0.0.1:5353", "224.0.0.251:5353", inode: 0, cookie: 1), 3, "few", 5, 5, bytes: 100);
        Use(_world.Socket(4, TransportProtocol.Udp, "10.0.0.1:5353", "224.0.0.251:5353", inode: 0, cookie: 2), 4, "many", 5, 5, bytes: 900);

        Assert.Equal((4, OwnerEvidence.KernelFeed | OwnerEvidence.SharedSocket), (Match().Owner!.Process.Key.Id, Match().Evidence));
    }

    [Fact]
    public void A_conversation_that_several_processes_used_is_shared_out_by_the_kernels_own_counts()
    {
        SocketRow socket = _world.Socket(4, TransportProtocol.Udp, "10.0.0.1:5000", "198.51.100.9:53", inode: 0, cookie: 1);
        for (int i = 0; i < 10; i++)
        {
            _world.Packet(5, "10.0.0.1:5000", "198.51.100.9:53", 100, TransportProtocol.Udp);
        }

        Use(socket, 3, "parent", 5, 5, bytes: 300, packets: 3);
        Use(socket, 4, "child", 5, 5, bytes: 500, packets: 5);
        Use(
            _world.Socket(4, TransportProtocol.Udp, "10.0.0.1:5000", "198.51.100.9:53", inode: 0, cookie: 2),
            5,
            "heir",
            5,
            5,
            bytes: 200,
            packets: 2
        );

        Assert.Equal(
            [("parent", 300L, 3L), ("child", 500, 5), ("heir", 200, 2)],
            _world
                .Attribute()
                .OrderBy(row => row.Match.Owner!.Process.Key.Id)
                .Select(row => (row.Match.Owner!.Process.Name, row.SentBytes, row.SentPackets))
        );
    }

    [Fact]
    public void A_raw_sender_of_any_protocol_is_named()
    {
        const TransportProtocol Experiment = (TransportProtocol)253;
        _world.Packet(5, "10.0.0.1:0", "198.51.100.9:0", 100, Experiment);
        Use(_world.Socket(5, Experiment, "10.0.0.1:0", "198.51.100.9:0", inode: 0, cookie: 1), 3, "sender", 5, 5);

        Assert.Equal((3, OwnerEvidence.KernelFeed), (Match().Owner!.Process.Key.Id, Match().Evidence));
    }

    [Fact]
    public void What_a_packet_socket_sends_is_its_users_also_before_it_has_an_address()
    {
        _world.Packet(5, "0.0.0.0:68", "255.255.255.255:67", 328, TransportProtocol.Udp, FlowFlags.LowSentFromHere);
        SocketRow socket = new() { Protocol = TransportProtocol.Raw, Cookie = 9 };
        _world.Register.RecordUse(
            new SocketUse(
                new SocketObservation(World.Namespace, 5_000, socket),
                5_000,
                new SocketHolder(_world.Process(3, "dhcpcd"), 5_000),
                OwnerEvidence.KernelFeed,
                328,
                328
            )
            {
                IsOfPacketSocket = true,
            }
        );

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal((328, 0), (row.SentBytes, row.ReceivedBytes));
        Assert.Equal((3, OwnerEvidence.RawSocket), (row.Match.Owner!.Process.Key.Id, row.Match.Evidence));
    }

    private OwnerMatch Match() => Assert.Single(_world.Attribute()).Match;

    private void Use(
        SocketRow socket,
        int id,
        string name,
        int from,
        int to,
        long bytes = 100,
        OwnerEvidence evidence = OwnerEvidence.KernelFeed,
        long? sent = null,
        int packets = 0
    ) =>
        _world.Register.RecordUse(
            new SocketUse(
                new SocketObservation(World.Namespace, from * 1000L, socket),
                to * 1000L,
                new SocketHolder(_world.Process(id, name), from * 1000L),
                evidence,
                bytes,
                sent ?? bytes
            )
            {
                SentPackets = packets,
            }
        );
}
