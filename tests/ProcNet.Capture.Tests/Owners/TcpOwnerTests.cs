using ProcNet.EbpfOwners;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>Whose a TCP connection is, on real sockets, by packets and socket tables.</summary>
public sealed class TcpOwnerTests : IDisposable
{
    private readonly OwnerWorld _world = new();

    [Fact]
    public void A_connection_that_rests_in_TIME_WAIT_is_still_its_makers()
    {
        PerlScript server = _world.StartThere(
            "my $l = listening('192.0.2.2', 7000); say; my $c = accepted($l); take($c, 1000); sysread($c, my $x, 1); close $c; hear"
        );
        server.Hear();
        _world.Measure();
        PerlScript client = _world.StartHere(
            "my $s = connected(tcp(), at('192.0.2.2', 7000)); syswrite($s, 'x' x 1000); select(undef, undef, undef, 0.1); close $s; say; hear"
        );
        client.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((client.Id, TrafficCategory.Process, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Category, flow.Evidence));
        Assert.InRange(flow.SentBytes, 1000 + 3 * 52, 1400);
    }

    [Fact]
    public void Beside_a_feed_that_sees_no_use_a_worker_is_known_by_its_descriptors_and_a_client_by_the_feed()
    {
        _world.Measure(static notify =>
            EbpfOwnerFeed.TryStart(notify, seesUse: false) ?? throw new InvalidOperationException("The kernel takes no feed.")
        );
        PerlScript parent = _world.StartHere(
            "my $l = listening('192.0.2.1', 7000); my $k = fork; if (!$k) { my $c = accepted($l); take($c, 500); sleep 100; exit } say $k; hear; kill 'KILL', $k"
        );
        int worker = parent.HearNumber();
        PerlScript client = _world.StartHere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); say; hear");
        client.Hear();
        Thread.Sleep(300);

        TrafficFlow[] flows = [.. _world.Finish().Flows];

        TrafficFlow accepted = Assert.Single(flows, row => row.LocalPort == 7000);
        TrafficFlow connected = Assert.Single(flows, row => row.RemotePort == 7000);
        Assert.Equal((worker, OwnerEvidence.ExactTuple), (accepted.ProcessId, accepted.Evidence));
        Assert.Equal((client.Id, OwnerEvidence.KernelFeed), (connected.ProcessId, connected.Evidence));
        parent.Say();
    }

    [Fact]
    public void What_comes_for_a_closed_socket_is_counted_as_such()
    {
        PerlScript server = _world.StartThere(
            "my $l = listening('192.0.2.2', 7000); say; my $c = accepted($l); sysread($c, my $x, 1); say; hear; close $c; say; hear"
        );
        server.Hear();
        PerlScript client = _world.StartHere("my $s = connected(tcp(), at('192.0.2.2', 7000)); close $s; say; hear");
        client.Hear();
        server.Hear();
        _world.Measure();

        // The peer closes too, long after this endpoint has: the kernel answers from a socket that nobody holds.
        server.Step();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);
        Assert.Equal((TrafficCategory.SocketGone, OwnerEvidence.None), (flow.Category, flow.Evidence));
        Assert.Null(flow.ProcessId);
        Assert.NotNull(flow.Reason);
        Assert.Equal((1L, 1L), (flow.SentPackets, flow.ReceivedPackets));
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1, 100_000)]
    public void A_later_user_of_the_same_5_tuple_gets_none_of_the_bytes_before(int first, int second)
    {
        PerlScript server = _world.StartThere(
            $"my $l = listening('192.0.2.2', 7000); say; for my $n ({first}, {second}) {{ my $c = accepted($l); take($c, $n); say; hear; close $c }} hear"
        );
        server.Hear();
        _world.Measure();

        // Ended by a reset: nothing rests in TIME_WAIT, and the port is free at once.
        string script =
            "my $s = tcp(); bind($s, at('192.0.2.1', 40000)) or die $!; connected($s, at('192.0.2.2', 7000)); syswrite($s, 'x' x {0}); "
            + "say; hear; setsockopt($s, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)); close $s; say; hear";
        PerlScript old = _world.StartHere(script.Replace("{0}", $"{first}", StringComparison.Ordinal));
        old.Hear();
        server.Hear();

        // Long enough that it has been looked up, on a busy machine too; the next one comes at once.
        Thread.Sleep(300);
        old.Step();
        server.Say();
        PerlScript next = _world.StartHere(script.Replace("{0}", $"{second}", StringComparison.Ordinal));
        next.Hear();
        server.Hear();

        TrafficFlow[] flows = [.. _world.Finish().Flows.Where(row => row.RemotePort == 7000).OrderBy(row => row.CreationTime)];

        Assert.Equal([old.Id, next.Id], flows.Select(row => row.ProcessId!.Value));
        Assert.InRange(flows[0].SentBytes, first, first * 11 / 10 + 1000);
        Assert.InRange(flows[1].SentBytes, second, second * 11 / 10 + 1000);
    }

    [Fact]
    public void A_connection_that_nobody_accepts_is_the_listeners()
    {
        PerlScript listener = _world.StartHere("my $l = listening('192.0.2.1', 7000); say; hear");
        listener.Hear();
        _world.Measure();
        PerlScript client = _world.StartThere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); say; hear");
        client.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((listener.Id, OwnerEvidence.ListeningSocket), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void An_accepted_connection_is_exactly_its_holders()
    {
        PerlScript server = _world.StartHere("my $l = listening('0.0.0.0', 7000); say; my $c = accepted($l); take($c, 500); say; hear");
        server.Hear();
        _world.Measure();
        PerlScript client = _world.StartThere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); hear");
        server.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((server.Id, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void The_reset_where_nobody_listens_is_the_kernels()
    {
        _world.Measure();
        PerlScript client = _world.StartThere("connect(tcp(), at('192.0.2.1', 7000)) and die 'connected'; say; hear");
        client.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((TrafficCategory.Kernel, 40L, 60L), (flow.Category, flow.SentBytes, flow.ReceivedBytes));
    }

    [Fact]
    public void IPv4_on_an_IPv6_socket_is_found_by_its_IPv4_addresses()
    {
        PerlScript server = _world.StartHere(
            "my $l = tcp(AF_INET6); bind($l, at6('::', 7000)) or die $!; listen($l, 9); say; my $c = accepted($l); take($c, 500); say; hear"
        );
        PerlScript other = _world.StartThere("my $l = listening('192.0.2.2', 7001); say; my $c = accepted($l); take($c, 500); say; hear");
        server.Hear();
        other.Hear();
        _world.Measure();
        PerlScript caller = _world.StartThere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); say; hear");
        PerlScript client = _world.StartHere(
            "my $s = connected(tcp(AF_INET6), at6('::ffff:192.0.2.2', 7001)); syswrite($s, 'x' x 500); say; hear"
        );
        server.Hear();
        other.Hear();

        TrafficReport report = _world.Finish();

        TrafficFlow served = Assert.Single(report.Flows, row => row.LocalPort == 7000);
        TrafficFlow called = Assert.Single(report.Flows, row => row.RemotePort == 7001);
        Assert.Equal((server.Id, OwnerEvidence.ExactTuple), (served.ProcessId, served.Evidence));
        Assert.Equal((client.Id, OwnerEvidence.ExactTuple), (called.ProcessId, called.Evidence));
        Assert.Equal(OwnerWorld.Here, called.LocalAddress!.ToString());
    }

    public void Dispose() => _world.Dispose();
}
