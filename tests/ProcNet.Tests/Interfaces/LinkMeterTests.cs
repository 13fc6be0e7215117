using ProcNet.Interfaces;

namespace ProcNet.Tests.Interfaces;

/// <summary>What interfaces counted by themselves between two looks.</summary>
public sealed class LinkMeterTests
{
    private List<LinkCounters> _now = [Link("lo", 1, 10, 1000), Link("eth0", 2, 100, 50_000)];

    [Fact]
    public void The_difference_is_that_of_the_interfaces_that_are_measured()
    {
        var meter = new LinkMeter(() => _now);
        _now = [Link("lo", 1, 13, 1300), Link("eth0", 2, 110, 51_000)];
        Assert.Equal(new LinkTraffic(1000, 10), meter.Advance(["eth0"]));

        _now = [Link("lo", 1, 14, 1400), Link("eth0", 2, 111, 51_500)];
        Assert.Equal(new LinkTraffic(600, 2), meter.Advance(["eth0", "lo"]));
        Assert.Equal(new LinkTraffic(0, 0), meter.Advance(["eth0", "lo"]));
    }

    [Fact]
    public void A_new_interface_counts_from_nothing()
    {
        var meter = new LinkMeter(() => _now);
        _now = [.. _now, Link("tun0", 3, 5, 500)];

        Assert.Equal(new LinkTraffic(500, 5), meter.Advance(["eth0", "tun0"]));
    }

    [Fact]
    public void Where_one_is_gone_or_was_reset_nothing_is_said()
    {
        var meter = new LinkMeter(() => _now);
        _now = [Link("lo", 1, 13, 1300)];
        Assert.Null(meter.Advance(["eth0", "lo"]));

        _now = [Link("lo", 1, 1, 100)];
        Assert.Null(meter.Advance(["lo"]));
    }

    [Fact]
    public void Where_the_kernel_does_not_say_nothing_is_said()
    {
        bool isSilent = true;
        var meter = new LinkMeter(() => isSilent ? throw new ProcNetException(ProcNetError.CaptureFailed, "no netlink", "", null) : _now);
        Assert.Null(meter.Advance(null));

        isSilent = false;
        Assert.Null(meter.Advance(null));
        Assert.Equal(new LinkTraffic(0, 0), meter.Advance(null));
    }

    [Fact]
    public void Without_names_it_is_those_that_a_capture_takes()
    {
        // The port's packets pass the bridge too.
        LinkCounters port = new(
            new LinkInterface
            {
                Name = "port",
                Index = 4,
                IsUp = true,
                MasterIndex = 3,
            },
            5,
            500
        );
        _now = [Link("br0", 3, 5, 500, "bridge"), port];
        var meter = new LinkMeter(() => _now);
        _now = [Link("br0", 3, 6, 600, "bridge"), port with { Packets = 6, Bytes = 600 }];

        Assert.Equal(new LinkTraffic(100, 1), meter.Advance(null));
    }

    [Fact]
    public void The_kernel_counts_loopback_once_and_from_the_IP_header_on()
    {
        // One interface per look: other traffic of the machine passes loopback too, so at least this.
        static LinkCounters Loopback() => InterfaceReader.ReadCounters().Single(link => link.Link.IsLoopback);
        LinkCounters before = Loopback();
        using var socket = new System.Net.Sockets.UdpClient();
        for (int i = 0; i < 100; i++)
        {
            socket.Send(new byte[972], new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 9));
        }

        LinkCounters after = Loopback();

        Assert.True(after.Packets - before.Packets >= 100);
        Assert.True(after.Bytes - before.Bytes >= 100_000);
    }

    private static LinkCounters Link(string name, int index, long packets, long bytes, string? kind = null) =>
        new(
            new LinkInterface
            {
                Name = name,
                Index = index,
                IsUp = true,
                Kind = kind,
            },
            packets,
            bytes
        );
}
