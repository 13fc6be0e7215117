using ProcNet.EbpfOwners;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>Sockets that several processes hold: all are listed, and one gets the bytes.</summary>
public sealed class SharedSocketTests : IDisposable
{
    private const string Server = "my $l = listening('192.0.2.2', 7000); say; my $c = accepted($l); take($c, 500); say; hear";

    // sendmsg(2) and recvmsg(2) with one descriptor in SCM_RIGHTS (unix(7)); their numbers by machine, as Perl has no names for them.
    private const string Pass = """
        use POSIX (); my ($send, $receive) = (POSIX::uname())[4] eq 'x86_64' ? (46, 47) : (211, 212);
        sub message { pack('Q L x4 P Q P Q l x4', 0, 0, $_[0], 1, $_[1], 24, 0) }
        sub pass { my $x = 'x'; my $i = pack('P Q', $x, 1); my $c = pack('Q l l l x4', 20, 1, 1, fileno $_[1]); syscall($send, fileno $_[0], message($i, $c), 0) == 1 or die $! }
        sub passed { my $x = ' '; my $i = pack('P Q', $x, 1); my $c = "\0" x 24; my $m = message($i, $c); syscall($receive, fileno $_[0], $m, 0) == 1 or die $!; open(my $s, '+<&=', (unpack('Q l l l', $c))[3]) or die $!; $s }
        socketpair(my $near, my $far, AF_UNIX, SOCK_STREAM, 0) or die $!;

        """;

    private readonly OwnerWorld _world = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_parent_and_child_the_child_gets_the_bytes_and_both_are_listed(bool isOlder)
    {
        _world.StartThere(Server).Hear();
        if (!isOlder)
        {
            _world.Measure();
        }

        PerlScript parent = _world.StartHere(
            "my $s = tcp(); my $k = fork; if (!$k) { sleep 100; exit } say $k; hear; connected($s, at('192.0.2.2', 7000)); say; hear; syswrite($s, 'x' x 500); say; hear; kill 'KILL', $k"
        );
        int child = parent.HearNumber();
        parent.Step();
        if (isOlder)
        {
            _world.Measure();
        }

        parent.Step();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((child, OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket), (flow.ProcessId, flow.Evidence));
        Assert.Equal(new[] { parent.Id, child }.Order(), Ids(flow.SharedWith));
        parent.Say();
    }

    [Fact]
    public void Of_a_server_that_forks_for_each_connection_each_child_has_its_own_though_it_ended_long_ago()
    {
        _world.Measure();
        PerlScript server = _world.StartHere(
            "my $l = listening('192.0.2.1', 7000); $SIG{CHLD} = 'IGNORE'; say; for (1..5) { my $c = accepted($l);"
                + " if (!fork) { close $l; take($c, 500); syswrite($c, 'y' x 1000); say((sockaddr_in(getpeername $c))[0]); say $$; select(undef, undef, undef, 0.3); exit } close $c } hear"
        );
        server.Hear();
        Dictionary<int, int> truth = [];
        for (int i = 0; i < 5; i++)
        {
            PerlScript client = _world.StartThere(
                "my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); take($s, 1000); say; hear"
            );
            client.Hear();
            truth.Add(server.HearNumber(), server.HearNumber());
        }

        Thread.Sleep(1000);
        TrafficFlow[] flows = [.. _world.Finish().Flows.Where(row => row.LocalPort == 7000)];

        // Where the child was not seen, the parent's row says that the socket was another's too.
        Assert.Equal(5, flows.Length);
        Assert.All(
            flows,
            flow => Assert.True(flow.ProcessId == truth[flow.RemotePort] || (flow.Evidence & OwnerEvidence.SharedSocket) != 0)
        );
        Assert.True(flows.Count(flow => flow.ProcessId == truth[flow.RemotePort]) >= 4);
        server.Say();
    }

    [Fact]
    public void Of_a_server_older_than_the_kernel_feed_children_that_live_a_moment_have_their_connections()
    {
        using EbpfOwnerFeed? feed = EbpfOwnerFeed.TryStart(static _ => { });
        Assert.SkipWhen(feed is null, "There is no kernel feed here.");
        feed.Dispose();
        PerlScript server = _world.StartHere(
            "use POSIX (); my $l = listening('192.0.2.1', 7000); say; for (1..5) { my $c = accepted($l);"
                + " my $k = fork; if (!$k) { take($c, 500); syswrite($c, 'y' x 1000); POSIX::_exit(0) } close $c; waitpid($k, 0); say $k } hear"
        );
        server.Hear();
        _world.Measure(static notify => EbpfOwnerFeed.TryStart(notify));
        List<int> children = [];
        for (int i = 0; i < 5; i++)
        {
            _world.StartThere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); take($s, 1000); say; hear").Hear();
            children.Add(server.HearNumber());
        }

        TrafficFlow[] flows = [.. _world.Finish().Flows.Where(row => row.LocalPort == 7000).OrderBy(row => row.CreationTime)];

        Assert.Equal(children, flows.Select(flow => flow.ProcessId!.Value));
        Assert.All(flows, flow => Assert.Equal(OwnerEvidence.KernelFeed, flow.Evidence));
        server.Say();
    }

    [Fact]
    public void A_child_that_inherits_a_socket_in_use_is_listed_beside_its_maker()
    {
        _world.StartThere(Server).Hear();
        _world.Measure();
        PerlScript parent = _world.StartHere(
            "my $s = connected(tcp(), at('192.0.2.2', 7000)); say; hear; my $k = fork; if (!$k) { syswrite($s, 'x' x 500); sleep 100; exit } say $k; hear; kill 'KILL', $k"
        );
        parent.Hear();
        Thread.Sleep(300);
        parent.Say();
        int child = parent.HearNumber();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        // Who was seen first keeps the bytes: packets alone do not say which of both wrote.
        Assert.Equal((parent.Id, OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket), (flow.ProcessId, flow.Evidence));
        Assert.Equal(new[] { parent.Id, child }.Order(), Ids(flow.SharedWith));
        parent.Say();
    }

    [Fact]
    public void A_child_that_only_had_a_copy_until_it_ended_does_not_get_the_bytes()
    {
        _world.StartThere(Server).Hear();
        PerlScript parent = _world.StartHere(
            "my $s = connected(tcp(), at('192.0.2.2', 7000)); say; hear; my $k = fork; if (!$k) { say $$; sleep 1; exit } syswrite($s, 'x' x 500); hear; waitpid $k, 0; say; hear"
        );
        parent.Hear();
        _world.Measure();
        parent.Say();
        int child = parent.HearNumber();
        parent.Step();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((parent.Id, OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket), (flow.ProcessId, flow.Evidence));
        Assert.Equal(new[] { parent.Id, child }.Order(), Ids(flow.SharedWith));
        parent.Say();
    }

    [Fact]
    public void Both_ends_of_a_passed_descriptor_are_listed()
    {
        _world.StartThere(Server).Hear();
        _world.Measure();
        PerlScript giver = _world.StartHere(
            Pass
                + "my $k = fork; if (!$k) { my $s = passed($far); syswrite($s, 'x' x 500); say; sleep 100; exit } "
                + "say $k; my $s = connected(tcp(), at('192.0.2.2', 7000)); say; hear; pass($near, $s); hear; kill 'KILL', $k"
        );
        int taker = giver.HearNumber();
        giver.Hear();
        Thread.Sleep(300);
        giver.Step();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((giver.Id, OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket), (flow.ProcessId, flow.Evidence));
        Assert.Equal(new[] { giver.Id, taker }.Order(), Ids(flow.SharedWith));
        giver.Say();
    }

    [Fact]
    public void A_connection_that_was_passed_on_before_the_measurement_is_the_takers_alone()
    {
        _world.StartThere(Server).Hear();
        PerlScript giver = _world.StartHere(
            Pass
                + "my $k = fork; if (!$k) { my $s = passed($far); say; kill('STOP', $$); syswrite($s, 'x' x 500); say; sleep 100; exit } "
                + "say $k; my $s = connected(tcp(), at('192.0.2.2', 7000)); pass($near, $s); close $s; hear; kill 'CONT', $k; hear; kill 'KILL', $k"
        );
        int taker = giver.HearNumber();
        giver.Hear();
        _world.Measure();
        giver.Step();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((taker, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence));
        Assert.Null(flow.SharedWith);
        giver.Say();
    }

    public void Dispose() => _world.Dispose();

    private static IEnumerable<int> Ids(string? sharedWith) =>
        (sharedWith ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order();
}
