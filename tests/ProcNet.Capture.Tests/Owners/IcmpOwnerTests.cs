using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>Whose ICMP is: a ping socket's, a raw socket's, or the kernel's.</summary>
public sealed class IcmpOwnerTests : IDisposable
{
    private const int Echo = 56 + 8 + 20;

    // An echo request of 56 bytes, with its checksum.
    private const string Request =
        "sub echo { my $p = pack('CCnnna*', 8, 0, 0, $_[0], 1, 'x' x 56); my $sum = 0; $sum += $_ for unpack('n*', $p); "
        + "$sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16; substr($p, 2, 2) = pack('n', ~$sum & 0xffff); $p } ";

    private readonly OwnerWorld _world = new();

    [Fact]
    public void An_echo_through_a_ping_socket_is_its_holders()
    {
        _world.Run("sysctl -qw \"net.ipv4.ping_group_range=0 2147483647\"");
        _world.Measure();
        PerlScript ping = _world.StartHere(
            Request
                + "my $s = opened(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); send($s, echo(0), 0, at('192.0.2.2', 0)) or die $!; recv($s, my $x, 2000, 0); say; hear"
        );
        ping.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.Protocol == TransportProtocol.Icmp);

        Assert.Equal((ping.Id, OwnerEvidence.BoundAddress), (flow.ProcessId, flow.Evidence));
        Assert.Equal((Echo, Echo), (flow.SentBytes, flow.ReceivedBytes));
    }

    [Fact]
    public void An_echo_through_a_raw_socket_is_its_holders()
    {
        _world.Measure();
        PerlScript ping = _world.StartHere(
            Request
                + "my $s = opened(AF_INET, SOCK_RAW, IPPROTO_ICMP); send($s, echo(4711), 0, at('192.0.2.2', 0)) or die $!; recv($s, my $x, 2000, 0); say; hear"
        );
        ping.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.Protocol == TransportProtocol.Icmp);

        Assert.Equal((ping.Id, OwnerEvidence.RawSocket, 4711), (flow.ProcessId, flow.Evidence, flow.LocalPort));
        Assert.Equal((Echo, Echo), (flow.SentBytes, flow.ReceivedBytes));
    }

    [Fact]
    public void The_answer_to_another_hosts_echo_is_the_kernels()
    {
        _world.Measure();
        PerlScript ping = _world.StartThere(
            Request
                + "my $s = opened(AF_INET, SOCK_RAW, IPPROTO_ICMP); send($s, echo(4711), 0, at('192.0.2.1', 0)) or die $!; recv($s, my $x, 2000, 0); say; hear"
        );
        ping.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.Protocol == TransportProtocol.Icmp);

        Assert.Equal(TrafficCategory.Kernel, flow.Category);
        Assert.Equal((Echo, Echo), (flow.SentBytes, flow.ReceivedBytes));
    }

    [Fact]
    public void That_a_port_is_closed_the_kernel_says()
    {
        _world.Measure();
        PerlScript sender = _world.StartThere(
            "my $s = udp(); connect($s, at('192.0.2.1', 7000)); send($s, 'x' x 100, 0) or die $!; recv($s, my $x, 100, 0); say; hear"
        );
        sender.Hear();

        TrafficReport report = _world.Finish();

        // The error carries the datagram that it answers: all of it, as it fits into 576 bytes (RFC 1812, 4.3.2.3).
        ProcessTraffic kernel = Assert.Single(report.Processes, row => row.Category == TrafficCategory.Kernel);
        Assert.Equal((20 + 8 + 128, 0), (kernel.SentBytes, kernel.ReceivedBytes));
        Assert.Equal(TrafficCategory.NoSocket, Assert.Single(report.Flows, row => row.LocalPort == 7000).Category);
    }

    [Fact]
    public void A_protocol_of_ones_own_is_its_raw_sockets()
    {
        _world.Measure();
        PerlScript sender = _world.StartHere(
            "my $s = opened(AF_INET, SOCK_RAW, 253); send($s, 'x' x 100, 0, at('192.0.2.2', 0)) or die $!; say; hear"
        );
        sender.Hear();

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => (int)row.Protocol == 253);

        Assert.Equal((sender.Id, OwnerEvidence.RawSocket, 120), (flow.ProcessId, flow.Evidence, flow.SentBytes));
    }

    public void Dispose() => _world.Dispose();
}
