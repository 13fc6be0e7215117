using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>
/// Whose sockets are that are bound to a device. All are closed before owners are resolved: only the lookup at the first packet
/// finds them.
/// </summary>
public sealed class DeviceOwnerTests : IDisposable
{
    // bound: to a device (SO_BINDTODEVICE, socket(7)); a link-local address of one.
    private const string Words = """
        sub bound { my ($s, $to) = @_; setsockopt($s, SOL_SOCKET, 25, "$to\0") or die "bind to device: $!"; $s }
        sub on { my ($to) = @_; open(my $f, '<', "/sys/class/net/$to/ifindex") or die $!; my $i = <$f>; pack_sockaddr_in6(7000, inet_pton(AF_INET6, $_[1]), $i) }
        sub rest { select(undef, undef, undef, 0.15) }

        """;

    private readonly OwnerWorld _world = new();

    [Fact]
    public void A_connection_bound_to_a_device_is_found_at_its_first_packet()
    {
        Server(_world.StartThere, "listening('192.0.2.2', 7000)");
        _world.Measure();
        PerlScript client = Client(_world.StartHere, "connected(bound(tcp(), 'va'), at('192.0.2.2', 7000))");

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((client.Id, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void Of_a_link_local_connection_who_made_it_is_found_at_its_first_packet()
    {
        _world.AddLinkLocal();
        Server(_world.StartThere, "tcp(AF_INET6); bind($l, on('vb', 'fe80::2')) or die $!; listen($l, 16)");
        _world.Measure();
        PerlScript client = Client(_world.StartHere, "connected(tcp(AF_INET6), on('va', 'fe80::2'))");

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((client.Id, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void Of_a_link_local_connection_who_accepted_it_is_found_at_its_first_packet()
    {
        _world.AddLinkLocal();
        _world.Measure();
        PerlScript server = Server(_world.StartHere, "tcp(AF_INET6); bind($l, at6('::', 7000)) or die $!; listen($l, 16)");
        Client(_world.StartThere, "connected(tcp(AF_INET6), on('vb', 'fe80::1'))");

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((server.Id, OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void Of_a_link_local_connection_by_loopback_both_ends_are_found_at_their_first_packet()
    {
        _world.AddLinkLocal();
        _world.Measure();
        PerlScript server = Server(_world.StartHere, "tcp(AF_INET6); bind($l, at6('::', 7000)) or die $!; listen($l, 16)");
        PerlScript client = Client(_world.StartHere, "connected(tcp(AF_INET6), on('va', 'fe80::1'))");

        TrafficFlow[] flows = [.. _world.Finish().Flows];

        TrafficFlow accepted = Assert.Single(flows, row => row.LocalPort == 7000);
        TrafficFlow connected = Assert.Single(flows, row => row.RemotePort == 7000);
        Assert.Equal("lo", accepted.Interface);
        Assert.Equal((server.Id, OwnerEvidence.ExactTuple), (accepted.ProcessId, accepted.Evidence));
        Assert.Equal((client.Id, OwnerEvidence.ExactTuple), (connected.ProcessId, connected.Evidence));
    }

    [Fact]
    public void A_sender_of_datagrams_bound_to_a_device_is_found_at_its_first_packet()
    {
        _world.Measure();
        PerlScript sender = _world.StartHere(
            Words + "my $s = bound(udp(), 'va'); send($s, 'x' x 100, 0, at('192.0.2.2', 7000)) or die $!; rest(); close $s; say; hear"
        );
        sender.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((sender.Id, OwnerEvidence.WildcardBind), (flow.ProcessId, flow.Evidence));
    }

    [Fact]
    public void Of_two_sockets_on_one_port_the_one_bound_to_the_device_takes_what_comes_by_it()
    {
        PerlScript other = _world.StartHere(Words + "my $s = bound(udp(), 'lo'); bind($s, at('0.0.0.0', 7000)) or die $!; say; hear");
        other.Hear();
        PerlScript receiver = _world.StartHere(
            Words + "my $s = bound(udp(), 'va'); bind($s, at('0.0.0.0', 7000)) or die $!; say; recv($s, my $x, 2000, 0); say; hear"
        );
        receiver.Hear();
        _world.Measure();
        _world.StartThere("my $s = udp(); send($s, 'x' x 100, 0, at('192.0.2.1', 7000)) or die $!; say; hear").Hear();
        receiver.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((receiver.Id, OwnerEvidence.WildcardBind), (flow.ProcessId, flow.Evidence));
        Assert.Null(flow.SharedWith);
    }

    public void Dispose() => _world.Dispose();

    /// <summary>A server that takes 500 bytes, rests and closes the connection, and lives on with its listener.</summary>
    private static PerlScript Server(Func<string, PerlScript> start, string listener)
    {
        PerlScript server = start(Words + $"my $l = {listener}; say; my $c = accepted($l); take($c, 500); rest(); close $c; hear");
        server.Hear();
        return server;
    }

    /// <summary>A client that sends 500 bytes, waits until the server has closed, closes, and lives on.</summary>
    private static PerlScript Client(Func<string, PerlScript> start, string connected)
    {
        PerlScript client = start(Words + $"my $s = {connected}; syswrite($s, 'x' x 500); sysread($s, my $x, 1); close $s; say; hear");
        client.Hear();
        return client;
    }
}
