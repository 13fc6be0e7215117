using ProcNet.EbpfOwners;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>
/// The system clock is set while something is measured (by what is read of it; this machine's own stays): nothing is lost by
/// it.
/// </summary>
public sealed class ClockStepTests : IDisposable
{
    private const int Datagram = 100 + 20 + 8;
    private const long Hour = 3_600_000_000;

    private readonly OwnerWorld _world = new();

    [Theory]
    [InlineData(Hour, false)]
    [InlineData(-Hour, false)]
    [InlineData(Hour, true)]
    [InlineData(-Hour, true)]
    [InlineData(20_000, false)]
    [InlineData(-30 * 24 * Hour, false)]
    public void Owners_durations_and_rates_are_those_of_an_unset_clock(long step, bool isWithFeed)
    {
        PerlScript receiver = _world.StartThere(
            "my $s = udp(); bind($s, at('192.0.2.2', 7000)) or die $!; say; while (1) { recv($s, my $x, 2000, 0); say }"
        );
        receiver.Hear();
        _world.Measure(isWithFeed ? static notify => EbpfOwnerFeed.TryStart(notify) : null);
        PerlScript sender = _world.StartHere(
            "my $s = udp(); connect($s, at('192.0.2.2', 7000)); send($s, 'x' x 100, 0); say; hear; send($s, 'x' x 100, 0); say; hear"
        );
        sender.Hear();
        receiver.Hear();

        Clock.WallStep = step;
        sender.Step();
        receiver.Hear();

        // One that begins, and ends, after the clock was set.
        PerlScript later = _world.StartHere("my $s = udp(); connect($s, at('192.0.2.2', 7000)); send($s, 'x' x 100, 0); say; hear");
        later.Hear();
        receiver.Hear();
        TrafficReport report = _world.Finish();

        TrafficFlow flow = Assert.Single(report.Flows, row => row.ProcessId == sender.Id);
        Assert.Equal((2 * Datagram, 2), (flow.SentBytes, flow.SentPackets));
        Assert.InRange(flow.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(Datagram, Assert.Single(report.Flows, row => row.ProcessId == later.Id).SentBytes);
        Assert.InRange(report.Statistics.Duration, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));

        // Shown by the system clock as it stands.
        DateTime now = DateTime.Now.AddMicroseconds(step);
        Assert.InRange(flow.LastPacketTime, now.AddSeconds(-60), now.AddSeconds(1));
        Assert.InRange(Assert.Single(report.Processes, row => row.ProcessId == later.Id).Timestamp, now.AddSeconds(-60), now.AddSeconds(1));
    }

    public void Dispose()
    {
        Clock.WallStep = 0;
        Clock.Refresh();
        _world.Dispose();
    }
}
