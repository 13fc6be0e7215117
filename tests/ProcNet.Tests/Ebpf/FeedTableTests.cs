using System.Runtime.InteropServices;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sources.Ebpf;
using ProcNet.Tests.Attribution;

namespace ProcNet.Tests.Ebpf;

/// <summary>The counters keep their sums whatever the kernel's table drops, and however full this one is.</summary>
public sealed class FeedTableTests
{
    private static readonly TrafficInterface[] s_interfaces =
    [
        new()
        {
            Slot = 0,
            Name = "(all)",
            LinkLayer = LinkLayer.Raw,
        },
    ];

    private readonly FeedTable _table = new(capacity: 2);

    [Fact]
    public void What_finds_the_table_full_is_in_one_row_and_the_totals_balance()
    {
        Assert.True(_table.Record(Key(1), Flow(100, 1)));
        Assert.True(_table.Record(Key(2), Flow(200, 2)));
        Assert.False(_table.Record(Key(3), Flow(400, 3)));
        _table.AddOverflow(Key(3), Flow(400, 3));

        FlowSnapshot snapshot = Copy(new FeedLosses(SentBytes: 1000, ReceivedBytes: 0, SentPackets: 10, ReceivedPackets: 0, 0, 0));
        List<AttributedFlow> rows = SocketCountersAttributor.Attribute(snapshot, new SocketCountersRegister(), 0);

        AttributedFlow[] overflow = [.. rows.Where(row => row.Match.Category == TrafficCategory.TableFull)];
        Assert.Equal((1400, 13), (overflow.Sum(row => row.SentBytes), overflow.Sum(row => row.SentPackets)));
        Assert.Equal((1700, 16), (snapshot.Bytes, snapshot.Packets));
        Balance.Assert(snapshot, rows);
    }

    [Fact]
    public void An_entry_that_the_kernel_dropped_and_made_anew_goes_on()
    {
        _table.Record(Key(1), Flow(100, 1));
        _table.Expire(Key(1), Flow(150, 2));
        _table.Record(Key(1), Flow(30, 1));

        FlowCounters entry = Assert.Single(Copy().Flows.ToArray());

        Assert.Equal((180, 3), (entry.TotalBytes, entry.TotalPackets));
    }

    [Fact]
    public void What_was_dropped_behind_the_count_did_not_leave()
    {
        _table.Record(Key(1), Flow(100, 10) with { DroppedBytes = 30, DroppedPackets = 3 });
        _table.Expire(Key(1), Flow(100, 10) with { DroppedBytes = 40, DroppedPackets = 4 });
        _table.Record(Key(1), Flow(20, 2) with { DroppedBytes = 10, DroppedPackets = 1 });

        FlowSnapshot snapshot = Copy();

        FlowCounters entry = Assert.Single(snapshot.Flows.ToArray());
        Assert.Equal((70, 7), (entry.TotalBytes, entry.TotalPackets));
        Assert.Equal((70, 7), (snapshot.Bytes, snapshot.Packets));
    }

    [Fact]
    public void What_was_told_before_it_was_dropped_is_not_taken_back()
    {
        _table.Record(Key(1), Flow(100, 10));
        FlowSnapshot before = Copy();
        _table.Record(Key(1), Flow(100, 10) with { DroppedBytes = 100, DroppedPackets = 10 });
        FlowSnapshot after = Copy();

        Assert.Equal((100, 0), (after.Bytes, after.Since(before).Bytes));
        Balance.Assert(after, SocketCountersAttributor.Attribute(after, new SocketCountersRegister(), 0));
    }

    [Fact]
    public void An_interval_has_what_came_since_the_one_before()
    {
        _table.Record(Key(1), Flow(100, 1));
        FlowSnapshot before = Copy();
        _table.Record(Key(1), Flow(130, 2));
        _table.Record(Key(2), Flow(7, 1));

        FlowSnapshot interval = Copy().Since(before);

        Assert.Equal([30, 7], interval.Flows.ToArray().Select(flow => flow.TotalBytes));
        Assert.Equal(37, interval.Bytes);
        Assert.Equal(2, interval.Sockets.Length);
    }

    [Fact]
    public void The_other_end_of_a_conversation_is_a_second_view()
    {
        _table.Record(Key(1, localPort: 80, remotePort: 5000), Flow(100, 1));
        _table.Record(Key(2, localPort: 5000, remotePort: 80), new FeedFlow { ReceivedBytes = 100, ReceivedPackets = 1 });

        FlowSnapshot snapshot = Copy();

        Assert.Equal([false, true], snapshot.Sockets.ToArray().Select(end => end.IsSecondView));
        Assert.Equal(100, snapshot.Bytes);
        Balance.Assert(snapshot, SocketCountersAttributor.Attribute(snapshot, new SocketCountersRegister(), 0));
    }

    [Fact]
    public void What_is_over_makes_room_and_stays_in_the_totals()
    {
        _table.Record(Key(1), Flow(100, 1));
        _table.Record(Key(2), Flow(200, 2));
        _table.Expire(Key(1), Flow(100, 1) with { LastSeen = 5 });
        FlowSnapshot before = Copy();

        ExpiredFlows expired = _table.ExpireSilent(silentSince: 10, s_interfaces, 0, 1);

        Assert.Equal([0], expired.Places);
        Assert.Equal((100, 1), (expired.Snapshot.Bytes, expired.Snapshot.Packets));
        Assert.Equal(1ul, Assert.Single(expired.Snapshot.Sockets.ToArray()).Cookie);
        Assert.Equal((300, 3), (Copy().Bytes, Copy().Packets));
        Assert.Equal(0.5, _table.Fullness);

        _table.Record(Key(2), Flow(250, 3));
        FlowSnapshot interval = Copy().Since(before.Without(expired.Snapshot));
        Assert.Equal(50, Assert.Single(interval.Flows.ToArray()).TotalBytes);
        Assert.Equal(2ul, Assert.Single(interval.Sockets.ToArray()).Cookie);
        Assert.Equal(50, interval.Bytes);
    }

    [Fact]
    public void A_flood_makes_room_and_its_bytes_are_its_users()
    {
        var table = new FeedTable(capacity: 64);
        FeedFlowKey download = Key(1, user: 7);
        for (ulong i = 2; i <= 48; i++)
        {
            table.Record(Key(i, (ushort)i, user: 9), Flow(10, 1));
            table.Expire(Key(i, (ushort)i, user: 9), Flow(10, 1));
        }

        table.Record(download, Flow(1_000_000, 700));
        FlowSnapshot before = table.Copy(default, s_interfaces, 0, 1);
        table.MakeRoom();
        table.Record(Key(99, localPort: 99, user: 9), Flow(5, 1));
        FlowSnapshot after = table.Copy(default, s_interfaces, 0, 2);

        Assert.InRange(table.Count, 3, 40);
        Assert.Contains(after.Flows.ToArray(), flow => flow.TotalBytes == 1_000_000);
        FlowCounters[] sums = [.. after.Flows.ToArray().Where(flow => flow.Key.Kind == FlowKind.Expired)];
        Assert.Equal(36 * 10L, Assert.Single(sums).LowBytes);
        Assert.Equal(before.Bytes + 5, after.Bytes);
        FlowSnapshot interval = after.Since(before);
        Assert.Equal([5L], interval.Flows.ToArray().Select(flow => flow.TotalBytes).Where(bytes => bytes != 0));
        Assert.Equal(5, interval.Bytes);
    }

    [Fact]
    public void What_the_kernel_still_has_or_spoke_lately_is_not_over()
    {
        _table.Record(Key(1), Flow(100, 1));
        _table.Record(Key(2), Flow(200, 2));
        _table.Expire(Key(2), Flow(200, 2) with { LastSeen = 11 });

        Assert.Empty(_table.ExpireSilent(silentSince: 10, s_interfaces, 0, 1).Places);
        Assert.Equal(2, _table.Count);
    }

    private FlowSnapshot Copy(FeedLosses lost = default) => _table.Copy(lost, s_interfaces, 0, 1);

    private static FeedFlow Flow(long bytes, long packets) => new() { SentBytes = bytes, SentPackets = packets };

    /// <summary>A key as the kernel lays it out: cookie, user, both addresses (127.0.0.1), both ports, protocol and family.</summary>
    private static FeedFlowKey Key(ulong cookie, ushort localPort = 1, ushort remotePort = 2, ulong user = 0)
    {
        Span<byte> bytes = stackalloc byte[56];
        MemoryMarshal.Write(bytes, cookie);
        MemoryMarshal.Write(bytes[8..], user);
        foreach (int address in (int[])[16, 32])
        {
            ((ReadOnlySpan<byte>)[0xFF, 0xFF, 127, 0, 0, 1]).CopyTo(bytes[(address + 10)..]);
        }

        MemoryMarshal.Write(bytes[48..], localPort);
        MemoryMarshal.Write(bytes[50..], remotePort);
        bytes[52] = 17;
        bytes[53] = 2;
        return MemoryMarshal.Read<FeedFlowKey>(bytes);
    }
}
