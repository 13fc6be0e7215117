using System.Net.Sockets;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;
using Xunit;

namespace ProcNet.Tests.Attribution;

public sealed class OwnerRulesTests
{
    private readonly World _world = new();

    [Fact]
    public void A_connection_belongs_to_the_holder_of_its_socket()
    {
        ProcessIdentity curl = _world.Process(11, "curl");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:443"), curl, 6);
        _world.Packet(5, "10.0.0.1:40000", "10.0.0.2:443", 100);
        _world.Packet(6, "10.0.0.2:443", "10.0.0.1:40000", 900);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(TrafficCategory.Process, row.Match.Category);
        Assert.Equal(OwnerEvidence.ExactTuple, row.Match.Evidence);
        Assert.Same(curl, row.Match.Owner!.Process);
        Assert.Equal(100, row.SentBytes);
        Assert.Equal(900, row.ReceivedBytes);
    }

    [Fact]
    public void A_loopback_packet_is_sent_by_one_and_received_by_the_other()
    {
        ProcessIdentity client = _world.Process(21, "client");
        ProcessIdentity server = _world.Process(22, "server");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "127.0.0.1:40000", "127.0.0.1:80"), client, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "127.0.0.1:80", "127.0.0.1:40000"), server, 6);
        _world.Packet(5, "127.0.0.1:40000", "127.0.0.1:80", 70);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(2, rows.Count);
        AttributedFlow sent = Assert.Single(rows, row => row.Match.Owner!.Process == client);
        AttributedFlow received = Assert.Single(rows, row => row.Match.Owner!.Process == server);
        Assert.Equal((70, 0), (sent.SentBytes, sent.ReceivedBytes));
        Assert.Equal((0, 70), (received.SentBytes, received.ReceivedBytes));
    }

    [Fact]
    public void A_reused_tuple_gives_the_new_owner_none_of_the_old_bytes()
    {
        ProcessIdentity old = _world.Process(31, "old");
        ProcessIdentity young = _world.Process(32, "young");
        _world.Holds(_world.Socket(100, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), old, 101);
        _world.Syn(100, "10.0.0.1:40000", "10.0.0.2:80");
        _world.Packet(110, "10.0.0.1:40000", "10.0.0.2:80", 1000, flags: FlowFlags.Closing);
        _world.Syn(2000, "10.0.0.1:40000", "10.0.0.2:80", isNewGeneration: true);
        _world.Packet(2010, "10.0.0.1:40000", "10.0.0.2:80", 5);
        _world.Holds(_world.Socket(2000, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), young, 2001);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(1060, Assert.Single(rows, row => row.Match.Owner!.Process == old).SentBytes);
        Assert.Equal(65, Assert.Single(rows, row => row.Match.Owner!.Process == young).SentBytes);
    }

    [Theory]
    [InlineData(120)] // The next one is looked up at once,
    [InlineData(900)] // or only when its owner is resolved, when the old socket is the nearer one by time.
    public void A_tuple_that_is_reused_within_a_moment_gives_each_user_its_own(int youngSeenAt)
    {
        ProcessIdentity old = _world.Process(31, "old");
        ProcessIdentity young = _world.Process(32, "young");
        _world.Holds(_world.Socket(100, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), old, 101);
        _world.Syn(100, "10.0.0.1:40000", "10.0.0.2:80");
        _world.Packet(110, "10.0.0.1:40000", "10.0.0.2:80", 1000, flags: FlowFlags.Closing);
        _world.Syn(120, "10.0.0.1:40000", "10.0.0.2:80", isNewGeneration: true);
        _world.Packet(130, "10.0.0.1:40000", "10.0.0.2:80", 5);
        _world.Holds(_world.Socket(youngSeenAt, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), young, youngSeenAt + 1);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(1060, Assert.Single(rows, row => row.Match.Owner!.Process == old).SentBytes);
        Assert.Equal(65, Assert.Single(rows, row => row.Match.Owner!.Process == young).SentBytes);
    }

    [Fact]
    public void An_old_connection_is_not_the_next_ones_though_it_came_within_a_moment()
    {
        ProcessIdentity young = _world.Process(32, "young");
        _world.Syn(100, "10.0.0.1:40000", "10.0.0.2:80");
        _world.Packet(110, "10.0.0.1:40000", "10.0.0.2:80", 1000, flags: FlowFlags.Closing);
        _world.Syn(120, "10.0.0.1:40000", "10.0.0.2:80", isNewGeneration: true);
        _world.Holds(_world.Socket(121, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), young, 122);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(rows, row => row.Generation == 0).Match.Category);
        Assert.Equal(60, Assert.Single(rows, row => row.Match.Owner?.Process == young).SentBytes);
    }

    [Fact]
    public void An_old_connection_that_nobody_saw_in_time_stays_unknown_when_its_tuple_comes_back()
    {
        ProcessIdentity young = _world.Process(32, "young");
        _world.Syn(100, "10.0.0.1:40000", "10.0.0.2:80");
        _world.Packet(110, "10.0.0.1:40000", "10.0.0.2:80", 1000, flags: FlowFlags.Closing);
        _world.Syn(2000, "10.0.0.1:40000", "10.0.0.2:80", isNewGeneration: true);
        _world.Holds(_world.Socket(2000, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80"), young, 2001);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(1060, Assert.Single(rows, row => row.Match.Category == TrafficCategory.NoSocket).SentBytes);
        Assert.Equal(60, Assert.Single(rows, row => row.Match.Owner?.Process == young).SentBytes);
    }

    [Fact]
    public void An_inode_that_comes_back_with_another_socket_does_not_inherit_its_holder()
    {
        ProcessIdentity first = _world.Process(41, "first");
        _world.Holds(_world.Socket(100, TransportProtocol.Tcp, "10.0.0.1:40001", "10.0.0.2:80", inode: 77), first, 101);
        _world.Socket(3000, TransportProtocol.Tcp, "10.0.0.1:40002", "10.0.0.2:80", inode: 77);
        _world.Packet(100, "10.0.0.1:40001", "10.0.0.2:80", 10);
        _world.Packet(3000, "10.0.0.1:40002", "10.0.0.2:80", 20);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Same(first, Assert.Single(rows, row => row.SentBytes == 10).Match.Owner!.Process);
        Assert.Equal(TrafficCategory.NoHolder, Assert.Single(rows, row => row.SentBytes == 20).Match.Category);
    }

    [Fact]
    public void Time_wait_keeps_the_owner_that_was_seen_before()
    {
        ProcessIdentity curl = _world.Process(51, "curl");
        SocketRow(5, ConnectionState.Established, 900);
        _world.Register.RecordHolder(900, curl, 6000);
        SocketRow(50, ConnectionState.TimeWait, 0);
        _world.Packet(5, "10.0.0.1:40000", "10.0.0.2:80", 10);
        _world.Packet(40, "10.0.0.1:40000", "10.0.0.2:80", 10, flags: FlowFlags.Closing);

        Assert.Same(curl, Assert.Single(_world.Attribute()).Match.Owner!.Process);

        void SocketRow(int at, ConnectionState state, uint inode) =>
            _world.Socket(at, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80", state, inode, cookie: 5);
    }

    [Fact]
    public void A_row_without_inode_says_that_a_socket_was_there()
    {
        _world.Socket(50, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:80", ConnectionState.TimeWait, inode: 0);
        _world.Packet(40, "10.0.0.1:40000", "10.0.0.2:80", 10);

        Assert.Equal(TrafficCategory.SocketGone, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void A_listener_answers_for_a_connection_that_was_not_seen_accepted()
    {
        ProcessIdentity server = _world.Process(61, "sshd");
        _world.Holds(_world.Socket(1, TransportProtocol.Tcp, "0.0.0.0:22", "0.0.0.0:0", ConnectionState.Listen), server, 1);
        _world.Register.Record(new SocketObservation(World.Namespace, 9_000_000, Row(_world, "0.0.0.0:22")));
        _world.Syn(100, "10.0.0.2:5000", "10.0.0.1:22");

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(OwnerEvidence.ListeningSocket, row.Match.Evidence);
        Assert.Same(server, row.Match.Owner!.Process);

        static ProcNet.Sockets.SocketRow Row(World world, string local) =>
            world.Socket(100, TransportProtocol.Tcp, local, "0.0.0.0:0", ConnectionState.Listen, inode: 1000, cookie: 1);
    }

    [Fact]
    public void An_outgoing_connection_never_belongs_to_a_listener_of_its_port()
    {
        ProcessIdentity server = _world.Process(61, "sshd");
        _world.Holds(_world.Socket(100, TransportProtocol.Tcp, "0.0.0.0:22", "0.0.0.0:0", ConnectionState.Listen), server, 100);
        _world.Syn(100, "10.0.0.1:22", "10.0.0.2:5000");

        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Theory]
    [InlineData("10.0.0.1:53", "10.0.0.9:1000", OwnerEvidence.ExactTuple)]
    [InlineData("10.0.0.1:53", "0.0.0.0:0", OwnerEvidence.BoundAddress)]
    [InlineData("0.0.0.0:53", "0.0.0.0:0", OwnerEvidence.WildcardBind)]
    [InlineData("[::]:53", "[::]:0", OwnerEvidence.WildcardBind)]
    public void A_udp_socket_is_found_as_the_kernel_finds_it(string local, string remote, OwnerEvidence evidence)
    {
        ProcessIdentity server = _world.Process(71, "named");
        _world.Holds(_world.Socket(10, TransportProtocol.Udp, local, remote, ConnectionState.Closed), server, 10);
        _world.Packet(10, "10.0.0.9:1000", "10.0.0.1:53", 60, TransportProtocol.Udp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(evidence, row.Match.Evidence);
        Assert.Same(server, row.Match.Owner!.Process);
        Assert.Equal(60, row.ReceivedBytes);
    }

    [Fact]
    public void An_IPv6_only_socket_does_not_take_IPv4()
    {
        _world.Register.Record(
            new SocketObservation(
                World.Namespace,
                10_000,
                new ProcNet.Sockets.SocketRow
                {
                    Protocol = TransportProtocol.Udp,
                    Family = AddressFamily.InterNetworkV6,
                    LocalPort = 53,
                    Inode = 5,
                    IPv6Only = true,
                }
            )
        );
        _world.Register.RecordHolder(5, _world.Process(1, "six"), 10_000);
        _world.Packet(10, "10.0.0.9:1000", "10.0.0.1:53", 60, TransportProtocol.Udp);

        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void A_udp_port_that_another_process_took_later_does_not_inherit_the_bytes()
    {
        ProcessIdentity later = _world.Process(82, "later");
        _world.Packet(1000, "10.0.0.1:5000", "10.0.0.2:53", 60, TransportProtocol.Udp);
        _world.Holds(_world.Socket(4000, TransportProtocol.Udp, "0.0.0.0:5000", "0.0.0.0:0", ConnectionState.Closed), later, 4000);

        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void Of_several_sockets_of_one_port_the_one_that_the_kernel_gave_for_the_conversation_gets_the_bytes()
    {
        ProcessIdentity first = _world.Process(84, "worker-1");
        ProcessIdentity second = _world.Process(85, "worker-2");
        ProcNet.Sockets.SocketRow one = _world.Socket(5, TransportProtocol.Udp, "10.0.0.1:7000", "0.0.0.0:0", ConnectionState.Closed);
        ProcNet.Sockets.SocketRow other = _world.Socket(50, TransportProtocol.Udp, "10.0.0.1:7000", "0.0.0.0:0", ConnectionState.Closed);
        _world.Holds(one, first, 6);
        _world.Holds(other, second, 51);
        _world.Packet(52, "10.0.0.9:4000", "10.0.0.1:7000", 60, TransportProtocol.Udp);
        _world.Register.Record(
            new SocketObservation(World.Namespace, 52_100, one)
            {
                AnswerTo = World.End(TransportProtocol.Udp, "10.0.0.1:7000", "10.0.0.9:4000"),
            }
        );

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(first, row.Match.Owner!.Process);
        Assert.Equal(OwnerEvidence.BoundAddress | OwnerEvidence.SharedSocket, row.Match.Evidence);
    }

    [Fact]
    public void Of_several_holders_the_first_seen_gets_the_bytes()
    {
        ProcessIdentity creator = _world.Process(90, "creator", startTicks: 500);
        ProcessIdentity child = _world.Process(91, "child", startTicks: 600);
        ProcNet.Sockets.SocketRow socket = _world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:443");
        _world.Holds(socket, creator, 6);
        _world.Holds(socket, child, 300);
        _world.Packet(5, "10.0.0.1:40000", "10.0.0.2:443", 100);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(creator, row.Match.Owner!.Process);
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket, row.Match.Evidence);
        Assert.Equal(
            "90 91",
            FlowRecords.ToRecord(row, "eth0", TrafficSourceKind.Capture, default, default, new TrafficStatistics()).SharedWith
        );
    }

    [Fact]
    public void Of_several_holders_seen_together_the_youngest_gets_the_bytes()
    {
        ProcessIdentity parent = _world.Process(90, "systemd", startTicks: 1);
        ProcessIdentity worker = _world.Process(91, "worker", startTicks: 600);
        ProcNet.Sockets.SocketRow socket = _world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:443");
        _world.Holds(socket, parent, 6);
        _world.Holds(socket, worker, 6);
        _world.Packet(5, "10.0.0.1:40000", "10.0.0.2:443", 100);

        Assert.Same(worker, Assert.Single(_world.Attribute()).Match.Owner!.Process);
    }

    [Fact]
    public void An_id_that_came_back_is_another_process()
    {
        ProcNet.Sockets.SocketRow first = _world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:40000", "10.0.0.2:443");
        ProcNet.Sockets.SocketRow second = _world.Socket(9000, TransportProtocol.Tcp, "10.0.0.1:40001", "10.0.0.2:443");
        _world.Holds(first, _world.Process(7, "before", startTicks: 10), 5);
        _world.Holds(second, _world.Process(7, "after", startTicks: 900), 9000);
        _world.Packet(5, "10.0.0.1:40000", "10.0.0.2:443", 1);
        _world.Packet(9000, "10.0.0.1:40001", "10.0.0.2:443", 2);

        FlowSnapshot snapshot = _world.Snapshot();
        List<ProcessTraffic> rows = new TrafficSummary(snapshot, _world.Attribute(), TrafficSourceKind.Capture).SumProcesses(_ => true);

        Assert.Equal([("after", 2L), ("before", 1L)], rows.Select(row => (row.ProcessName!, row.TotalBytes)));
    }

    [Fact]
    public void An_echo_request_of_others_is_the_kernels()
    {
        _world.Packet(5, "10.0.0.2:77", "10.0.0.1:77", 84, TransportProtocol.Icmp);
        _world.Packet(6, "10.0.0.1:77", "10.0.0.2:77", 84, TransportProtocol.Icmp);

        Assert.Equal(TrafficCategory.Kernel, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void A_ping_socket_owns_its_identifier()
    {
        ProcessIdentity ping = _world.Process(12, "ping");
        _world.Holds(_world.Socket(5, TransportProtocol.Icmp, "0.0.0.0:77", "0.0.0.0:0", ConnectionState.Closed), ping, 5);
        _world.Packet(5, "10.0.0.1:77", "10.0.0.2:77", 84, TransportProtocol.Icmp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(ping, row.Match.Owner!.Process);
        Assert.Equal(OwnerEvidence.BoundAddress, row.Match.Evidence);
    }

    [Fact]
    public void A_raw_socket_owns_its_protocol()
    {
        ProcessIdentity ping = _world.Process(12, "ping");
        _world.Holds(_world.Socket(5, TransportProtocol.Raw, "0.0.0.0:1", "0.0.0.0:0", ConnectionState.Closed), ping, 5);
        _world.Packet(5, "10.0.0.1:77", "10.0.0.2:77", 84, TransportProtocol.Icmp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(ping, row.Match.Owner!.Process);
        Assert.Equal(OwnerEvidence.RawSocket, row.Match.Evidence);
    }

    [Fact]
    public void A_reset_of_a_port_that_nobody_listens_on_is_the_kernels()
    {
        _world.Syn(5, "10.0.0.2:5000", "10.0.0.1:23");
        _world.Packet(5, "10.0.0.1:23", "10.0.0.2:5000", 40, flags: FlowFlags.Closing);

        Assert.Equal(TrafficCategory.Kernel, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Theory]
    [InlineData("10.0.0.8:5000", "10.0.0.9:80", TrafficCategory.Forwarded)]
    [InlineData("10.0.0.8:5353", "224.0.0.251:5353", TrafficCategory.Multicast)]
    [InlineData("10.0.0.8:138", "10.0.0.255:138", TrafficCategory.Multicast)]
    public void Traffic_of_others_says_what_it_is(string source, string destination, TrafficCategory category)
    {
        _world.Packet(5, source, destination, 200, TransportProtocol.Udp);

        Assert.Equal(category, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void A_multicast_receiver_gets_what_it_joined_for()
    {
        ProcessIdentity avahi = _world.Process(13, "avahi-daemon");
        _world.Holds(_world.Socket(5, TransportProtocol.Udp, "0.0.0.0:5353", "0.0.0.0:0", ConnectionState.Closed), avahi, 5);
        _world.Packet(5, "10.0.0.8:5353", "224.0.0.251:5353", 200, TransportProtocol.Udp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(avahi, row.Match.Owner!.Process);
        Assert.Equal((0, 200), (row.SentBytes, row.ReceivedBytes));
    }

    [Theory]
    [InlineData(FlowKind.Fragment, TrafficCategory.Fragment)]
    [InlineData(FlowKind.NotIP, TrafficCategory.NotIP)]
    [InlineData(FlowKind.Malformed, TrafficCategory.Malformed)]
    [InlineData(FlowKind.TableFull, TrafficCategory.TableFull)]
    internal void WhatIsNoConversationHasACategoryOfItsOwn(FlowKind kind, TrafficCategory category)
    {
        _world.Packet(5, "10.0.0.1:0", "10.0.0.2:0", 99, kind: kind);

        Assert.Equal(category, Assert.Single(_world.Attribute()).Match.Category);
    }

    [Fact]
    public void Of_what_was_only_received_nobody_says_that_it_is_the_kernels()
    {
        _world.Packet(5, "198.51.100.9:443", "10.0.0.1:40000", 1500, flags: FlowFlags.Closing);

        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(_world.Attribute()).Match.Category);
    }
}
