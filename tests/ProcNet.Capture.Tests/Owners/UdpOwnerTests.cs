using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>Whose datagrams are, of sockets bound and connected in every way.</summary>
public sealed class UdpOwnerTests : IDisposable
{
    private const int Datagram = 100 + 20 + 8;

    private readonly OwnerWorld _world = new();

    public static TheoryData<string, OwnerEvidence> Senders =>
        new()
        {
            { "send($s, 'x' x 100, 0, at('192.0.2.2', 7000))", OwnerEvidence.WildcardBind },
            { "bind($s, at('192.0.2.1', 40000)); send($s, 'x' x 100, 0, at('192.0.2.2', 7000))", OwnerEvidence.BoundAddress },
            { "connect($s, at('192.0.2.2', 7000)); send($s, 'x' x 100, 0)", OwnerEvidence.ExactTuple },
        };

    [Theory]
    [MemberData(nameof(Senders))]
    public void What_a_socket_sends_is_its_holders(string send, OwnerEvidence evidence)
    {
        PerlScript receiver = Receiver(_world.StartThere, "192.0.2.2");
        _world.Measure();
        PerlScript sender = _world.StartHere($"my $s = udp(); {send} or die $!; say; hear");
        sender.Hear();
        receiver.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((sender.Id, evidence, Datagram, 1), (flow.ProcessId, flow.Evidence, flow.SentBytes, flow.SentPackets));
    }

    [Theory]
    [InlineData("my $s = udp(); bind($s, at('192.0.2.1', 7000)) or die $!;", OwnerEvidence.BoundAddress)]
    [InlineData("my $s = udp(); bind($s, at('0.0.0.0', 7000)) or die $!;", OwnerEvidence.WildcardBind)]
    [InlineData("my $s = udp(AF_INET6); bind($s, at6('::', 7000)) or die $!;", OwnerEvidence.WildcardBind)]
    [InlineData("my $s = udp(AF_INET6); bind($s, at6('::ffff:192.0.2.1', 7000)) or die $!;", OwnerEvidence.BoundAddress)]
    public void What_a_socket_receives_is_its_holders(string bound, OwnerEvidence evidence)
    {
        PerlScript receiver = _world.StartHere(bound + "say; recv($s, my $x, 2000, 0); say; hear");
        receiver.Hear();
        _world.Measure();
        Sender("192.0.2.1").Hear();
        receiver.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((receiver.Id, evidence, Datagram, 1), (flow.ProcessId, flow.Evidence, flow.ReceivedBytes, flow.ReceivedPackets));
    }

    [Fact]
    public void An_IPv6_socket_that_refuses_IPv4_does_not_get_it()
    {
        PerlScript other = _world.StartHere(
            "my $s = udp(AF_INET6); setsockopt($s, IPPROTO_IPV6, IPV6_V6ONLY, 1) or die $!; bind($s, at6('::', 7000)) or die $!; say; hear"
        );
        other.Hear();
        _world.Measure();
        Sender("192.0.2.1").Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal(TrafficCategory.NoSocket, flow.Category);
    }

    [Fact]
    public void Of_a_group_that_shares_a_port_one_gets_the_bytes_and_the_row_says_so()
    {
        const string Bound =
            "my $s = udp(); setsockopt($s, SOL_SOCKET, SO_REUSEPORT, 1); bind($s, at('0.0.0.0', 7000)) or die $!; say; hear";
        PerlScript[] group = [_world.StartHere(Bound), _world.StartHere(Bound)];
        Assert.All(group, member => member.Hear());
        _world.Measure();
        Sender("192.0.2.1").Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Contains(flow.ProcessId!.Value, group.Select(member => member.Id));
        Assert.Equal(OwnerEvidence.WildcardBind | OwnerEvidence.SharedSocket, flow.Evidence);
        Assert.Equal(Datagram, flow.ReceivedBytes);
    }

    [Theory]
    [InlineData("239.1.2.3", "0.0.0.0", OwnerEvidence.WildcardBind)]
    [InlineData("239.1.2.3", "239.1.2.3", OwnerEvidence.BoundAddress)]
    [InlineData("192.0.2.255", "0.0.0.0", OwnerEvidence.WildcardBind)]
    public void What_is_sent_to_all_is_the_receivers(string group, string bound, OwnerEvidence evidence)
    {
        PerlScript receiver = _world.StartHere(
            $"my $s = udp(); bind($s, at('{bound}', 7000)) or die $!; setsockopt($s, IPPROTO_IP, IP_ADD_MEMBERSHIP, "
                + "pack_ip_mreq(inet_aton('239.1.2.3'), inet_aton('192.0.2.1'))) or die $!; say; recv($s, my $x, 2000, 0); say; hear"
        );
        receiver.Hear();
        _world.Measure();
        Sender(group).Hear();
        receiver.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((receiver.Id, evidence), (flow.ProcessId, flow.Evidence));
        Assert.Equal((group, Datagram), (flow.LocalAddress!.ToString(), flow.ReceivedBytes));
    }

    [Theory]
    [InlineData("239.1.2.3")]
    [InlineData("192.0.2.255")]
    public void What_is_sent_to_all_and_taken_by_none_is_said_to_be_so(string group)
    {
        _world.Measure();
        Sender(group).Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);

        Assert.Equal((TrafficCategory.Multicast, OwnerEvidence.None), (flow.Category, flow.Evidence));
    }

    [Fact]
    public void What_a_process_sends_to_a_group_is_its_own()
    {
        _world.Measure();
        PerlScript sender = _world.StartHere(
            "my $s = udp(); setsockopt($s, IPPROTO_IP, IP_MULTICAST_IF, inet_aton('192.0.2.1')) or die $!; send($s, 'x' x 100, 0, at('239.1.2.3', 7000)) or die $!; say; hear"
        );
        sender.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.RemotePort == 7000);

        Assert.Equal((sender.Id, Datagram), (flow.ProcessId, flow.SentBytes));
    }

    [Fact]
    public void Fragments_are_the_same_socket_s_as_the_first()
    {
        PerlScript receiver = Receiver(_world.StartThere, "192.0.2.2");
        _world.Measure();
        PerlScript sender = _world.StartHere("my $s = udp(); send($s, 'x' x 5000, 0, at('192.0.2.2', 7000)) or die $!; say; hear");
        sender.Hear();
        receiver.Hear();

        TrafficReport report = _world.Finish();

        // 8 + 5000 bytes in pieces of 1480, each behind an IP header.
        TrafficFlow flow = Assert.Single(report.Flows, row => row.RemotePort == 7000);
        Assert.Equal((sender.Id, 5008 + (4 * 20), 4), (flow.ProcessId, flow.SentBytes, flow.SentPackets));
        Assert.DoesNotContain(report.Processes, row => row.Category == TrafficCategory.Fragment);
    }

    [Fact]
    public void A_later_user_of_the_same_addresses_gets_none_of_the_bytes_before()
    {
        _world.Measure();
        const string Script =
            "my $s = udp(); bind($s, at('192.0.2.1', 40000)) or die $!; connect($s, at('192.0.2.2', 7000)); send($s, 'x' x 100, 0); say; hear";
        PerlScript old = _world.StartHere(Script + "; close $s; say; hear");
        old.Hear();

        // So long that the first one has been seen.
        Thread.Sleep(300);
        old.Step();
        PerlScript next = _world.StartHere(Script);
        next.Hear();

        TrafficReport report = _world.Finish();

        Assert.True(report.Processes.Single(row => row.ProcessId == old.Id).SentBytes >= Datagram);
        Assert.True((report.Processes.SingleOrDefault(row => row.ProcessId == next.Id)?.SentBytes ?? 0) <= Datagram);
    }

    public void Dispose() => _world.Dispose();

    private static PerlScript Receiver(Func<string, PerlScript> start, string address)
    {
        PerlScript receiver = start($"my $s = udp(); bind($s, at('{address}', 7000)) or die $!; say; recv($s, my $x, 9000, 0); say; hear");
        receiver.Hear();
        return receiver;
    }

    private PerlScript Sender(string to) =>
        _world.StartThere(
            "my $s = udp(); setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1); setsockopt($s, IPPROTO_IP, IP_MULTICAST_IF, inet_aton('192.0.2.2')) or die $!; "
                + $"send($s, 'x' x 100, 0, at('{to}', 7000)) or die $!; say; hear"
        );
}
