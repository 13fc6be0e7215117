using System.Diagnostics;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Tests.Attribution;

/// <summary>
/// Many interfaces that show the same conversations, as a hostile file has them: the work grows as the rows do, and can be
/// ended.
/// </summary>
public sealed class ManyRowsTests
{
    private const int Conversations = 60;

    [Fact]
    public void Four_times_the_interfaces_take_about_four_times_as_long()
    {
        FlowSnapshot few = Snapshot(interfaces: 250);
        FlowSnapshot many = Snapshot(interfaces: 1000);
        Attribute(few);

        // With a pass over all interfaces for each of them it was 16. A machine that does other things at one of the two is given others.
        double ratio = double.MaxValue;
        for (int attempt = 0; attempt < 5 && ratio > 11; attempt++)
        {
            ratio = Fastest(() => Attribute(many)) / Fastest(() => Attribute(few));
        }

        Assert.InRange(ratio, 0, 11);
    }

    [Fact]
    public void Rows_are_no_longer_made_once_nobody_asks_for_them()
    {
        FlowSnapshot snapshot = Snapshot(interfaces: 10);
        List<AttributedFlow> rows = Attribute(snapshot);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            Attributor.Attribute(snapshot, new SocketRegister(), new NetworkView(1), null, stopped.Token)
        );
        Assert.Throws<OperationCanceledException>(() =>
            new SavefileAttributor(new SavefileOwners(), new HashSet<AddressValue>()).Attribute(
                snapshot,
                static (_, _) => [],
                stopped.Token
            )
        );
        var summary = new TrafficSummary(snapshot, rows, TrafficSourceKind.Savefile, null, cancellation: stopped.Token);
        Assert.Throws<OperationCanceledException>(() => summary.SumProcesses(static _ => null));
        Assert.Throws<OperationCanceledException>(() => summary.SumGroups(TrafficGrouping.Interface));
        Assert.Throws<OperationCanceledException>(summary.ListFlows);
    }

    private static List<AttributedFlow> Attribute(FlowSnapshot snapshot) =>
        Attributor.Attribute(snapshot, new SocketRegister(), new NetworkView(1));

    private static double Fastest(Action work)
    {
        double fastest = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }

    private static FlowSnapshot Snapshot(int interfaces)
    {
        AddressValue low = AddressValue.FromIPv4(0x0A000001);
        AddressValue high = AddressValue.FromIPv4(0x0A000002);
        var flows = new List<FlowCounters>();
        for (ushort conversation = 0; conversation < Conversations; conversation++)
        {
            for (ushort slot = 0; slot < interfaces; slot++)
            {
                flows.Add(
                    new FlowCounters
                    {
                        Key = FlowKey.Create(low, (ushort)(1000 + conversation), high, 53, 17, FlowKind.Conversation, slot, out _),
                        LowBytes = 28,
                        LowPackets = 1,
                        FirstSeen = 1_000_000 + slot,
                        LastSeen = 1_000_000 + slot,
                        Number = flows.Count + 1,
                    }
                );
            }
        }

        return new FlowSnapshot
        {
            Flows = flows.ToArray(),
            Interfaces =
            [
                .. Enumerable
                    .Range(0, interfaces)
                    .Select(static slot => new TrafficInterface
                    {
                        Slot = (ushort)slot,
                        Name = $"if{slot}",
                        LinkLayer = LinkLayer.Raw,
                    }),
            ],
            Packets = flows.Count,
            Bytes = flows.Count * 28L,
            IsOffline = true,
            StartedAt = 1_000_000,
            TakenAt = 1_100_000,
        };
    }
}
