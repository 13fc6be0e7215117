using ProcNet.Flows;
using ProcNet.Packets;
using Xunit;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>A later fragment in one sample, its first one in the next: no sample takes back what the one before it gave.</summary>
public sealed class FragmentIntervalTests
{
    private readonly PacketMeter _meter = new();
    private readonly byte[][] _fragments = FragmentIPv4(IPv4(Udp(5000, 53, 2992), UdpProtocol), 1480); // 1500, 1500 and 60
    private long _time = 1_700_000_000_000_000;

    public FragmentIntervalTests() =>
        _meter.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "test",
                LinkLayer = LinkLayer.Raw,
            }
        );

    [Fact]
    public void What_a_sample_has_shown_as_a_fragment_stays_one()
    {
        Count(2);
        FlowSnapshot first = Snapshot();
        Count(1, 0);
        FlowSnapshot second = Snapshot();

        Assert.Equal([(FlowKind.Fragment, 60L, 1L)], Rows(first));
        Assert.Equal([(FlowKind.Conversation, 3000L, 2L)], Rows(second.Since(first)));
        Assert.Equal([(FlowKind.Fragment, 60L, 1L), (FlowKind.Conversation, 3000L, 2L)], Rows(second));
    }

    [Fact]
    public void After_the_first_fragment_a_sample_changes_nothing()
    {
        Count(0);
        FlowSnapshot first = Snapshot();
        Count(1, 2);

        Assert.Equal([(FlowKind.Conversation, 1560L, 2L)], Rows(Snapshot().Since(first)));
    }

    private void Count(params int[] fragments)
    {
        foreach (int fragment in fragments)
        {
            _meter.Count(0, _time += 1000, _fragments[fragment], _fragments[fragment].Length);
        }
    }

    private FlowSnapshot Snapshot() => _meter.Snapshot(_time, _time, 0, 0);

    private static IEnumerable<(FlowKind, long, long)> Rows(FlowSnapshot snapshot) =>
        snapshot.Flows.ToArray().Where(flow => flow.TotalPackets != 0).Select(flow => (flow.Key.Kind, flow.TotalBytes, flow.TotalPackets));
}
