using System.Net;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Tests.Attribution;

namespace ProcNet.Tests.Monitoring;

public class FlowExpiryTests
{
    private readonly FlowTable _table = new(capacity: 8);

    [Fact]
    public void What_is_idle_or_closed_goes_and_the_others_keep_their_order()
    {
        Add(port: 1, lastSeen: 10);
        Add(port: 2, lastSeen: 100);
        Add(port: 3, lastSeen: 60, FlowFlags.Closing);
        Add(port: 4, lastSeen: 60);

        List<int> places = [];
        FlowCounters[] expired = _table.Expire(idleSince: 50, closedSince: 90, places);

        Assert.Equal([Key(1), Key(3)], expired.Select(entry => entry.Key));
        Assert.Equal([0, 2], places);
        Assert.Equal([Key(2), Key(4)], _table.Entries.ToArray().Select(entry => entry.Key));
    }

    [Fact]
    public void The_observations_of_one_conversation_go_together()
    {
        Add(port: 1, lastSeen: 49);
        ref FlowCounters onTheBridge = ref _table.GetOrAdd(Key(1, interfaceSlot: 1), out _);
        onTheBridge.LastSeen = 51;

        Assert.Empty(_table.Expire(50, 50, []));
        Assert.Equal(2, _table.Expire(52, 52, []).Length);
    }

    [Fact]
    public void What_stays_is_found_again_and_what_went_begins_anew()
    {
        Add(port: 1, lastSeen: 10);
        Add(port: 2, lastSeen: 100);
        _table.Expire(50, 50, []);

        Assert.Equal(100, _table.GetOrAdd(Key(2), out bool added).LastSeen);
        Assert.False(added);
        Assert.Equal(0, _table.GetOrAdd(Key(1), out added).LastSeen);
        Assert.True(added);
    }

    [Fact]
    public void Of_a_port_used_again_the_newer_connection_stays()
    {
        Add(port: 1, lastSeen: 10);
        ref FlowCounters newer = ref _table.AddGeneration(Key(1));
        newer.LastSeen = 5_000_000;
        FlowCounters[] expired = _table.Expire(50, 50, []);

        Assert.Equal(0, Assert.Single(expired).Generation);
        Assert.Equal(1, _table.GetOrAdd(Key(1), out bool added).Generation);
        Assert.False(added);
    }

    [Fact]
    public void A_full_table_has_room_again()
    {
        for (int port = 1; port <= 8; port++)
        {
            Add(port, lastSeen: port);
        }

        _table.Expire(idleSince: 5, closedSince: 5, []);
        Assert.Equal(4, _table.Count);
        for (int port = 11; port <= 14; port++)
        {
            Add(port, lastSeen: 20);
        }

        Assert.Equal(8, _table.Count);
    }

    [Fact]
    public void An_interval_counts_right_across_an_expiry()
    {
        Add(port: 1, lastSeen: 10, bytes: 100);
        Add(port: 2, lastSeen: 90, bytes: 200);
        FlowSnapshot previous = Snapshot();
        FlowCounters[] expired = _table.Expire(50, 50, []);
        Add(port: 2, lastSeen: 120, bytes: 7);
        Add(port: 3, lastSeen: 120, bytes: 9);

        FlowSnapshot interval = Snapshot(packets: 4, bytes: 316).Since(previous.Without(Of(expired)));

        Assert.Equal([7L, 9L], interval.Flows.ToArray().Select(flow => flow.TotalBytes));
        Assert.Equal(16, interval.Bytes);
    }

    [Fact]
    public void Expired_conversations_stay_in_the_totals_of_their_owner()
    {
        var world = new World();
        var process = world.Process(7, "curl");
        foreach (int port in (int[])[5001, 5002])
        {
            world.Syn(at: 1, $"10.0.0.1:{port}", "192.0.2.1:80");
            world.Packet(at: 2, "192.0.2.1:80", $"10.0.0.1:{port}", 1000);
            world.Holds(world.Socket(at: 1, TransportProtocol.Tcp, $"10.0.0.1:{port}", "192.0.2.1:80"), process, at: 1);
        }

        var totals = new ExpiredFlowTotals();
        foreach (AttributedFlow flow in world.Attribute())
        {
            totals.Add(flow);
        }

        AttributedFlow sum = Assert.Single(totals.Rows);
        Assert.Equal((120L, 2000L, 2, 7), (sum.SentBytes, sum.ReceivedBytes, sum.Conversations, sum.Match.Owner!.Process.Key.Id));
        Balance.Assert(world.Snapshot(), [.. totals.Rows]);
        TrafficFlow row = FlowRecords.ToRecord(sum, "eth0", TrafficSourceKind.Capture, default, default, new TrafficStatistics());
        Assert.Equal((TransportProtocol.Tcp, null, 7), (row.Protocol, row.RemoteAddress, row.ProcessId));
        Assert.StartsWith("2 conversations that were over", row.Reason, StringComparison.Ordinal);
    }

    private static FlowKey Key(int port, ushort interfaceSlot = 0) =>
        FlowKey.Create(
            AddressValue.From(IPAddress.Parse("10.0.0.1")),
            (ushort)port,
            AddressValue.From(IPAddress.Parse("192.0.2.1")),
            80,
            6,
            FlowKind.Conversation,
            interfaceSlot,
            out _
        );

    private void Add(int port, long lastSeen, FlowFlags flags = FlowFlags.None, long bytes = 40)
    {
        ref FlowCounters entry = ref _table.GetOrAdd(Key(port), out _);
        entry.LastSeen = lastSeen;
        entry.Flags |= flags;
        entry.LowBytes += bytes;
        entry.LowPackets++;
    }

    private FlowSnapshot Snapshot(long packets = 2, long bytes = 300) =>
        new()
        {
            Flows = _table.Entries.ToArray(),
            Interfaces = [],
            Packets = packets,
            Bytes = bytes,
            StartedAt = 0,
            TakenAt = 95,
        };

    [Fact]
    public void Sums_of_more_processes_than_there_is_room_for_are_one_and_lose_no_byte()
    {
        var totals = new ExpiredFlowTotals();
        for (int id = 1; id <= 10; id++)
        {
            var process = new ProcessIdentity { Key = new ProcessKey(id, 1), Name = $"p{id}" };
            var match = new OwnerMatch(TrafficCategory.Process, OwnerEvidence.ExactTuple, null, new SocketHolder(process, 0));
            FlowCounters flow = new()
            {
                Key = Key((ushort)id),
                LowBytes = 100,
                LowPackets = 1,
            };
            totals.Add(AttributedFlow.Of(flow, true, false, null, match), most: 3);
            totals.Add(AttributedFlow.Of(flow, true, false, null, match), most: 3);
        }

        Assert.Equal(4, totals.Rows.Count);
        Assert.Equal(2000, totals.Rows.Sum(static row => row.SentBytes));
        Assert.Equal(
            1400,
            Assert.Single(totals.Rows, static row => row.Match.Owner!.Process.Name == ExpiredFlowTotals.OthersName).SentBytes
        );
    }

    private static FlowSnapshot Of(FlowCounters[] flows) =>
        new()
        {
            Flows = flows,
            Interfaces = [],
            Packets = 0,
            Bytes = 0,
            StartedAt = 0,
            TakenAt = 95,
        };
}
