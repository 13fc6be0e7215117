using System.Net;

namespace ProcNet.Tests.Records;

/// <summary>What Sort-Object and Compare-Object go by: whatever tells one row from another, and not what changes about it.</summary>
public sealed class RowOrderTests
{
    private static readonly DateTime s_start = new(2026, 11, 24, 8, 0, 0, DateTimeKind.Local);

    [Fact]
    public void Sockets_come_by_process_and_descriptor() =>
        AssertOrder(
            new ProcSocket
            {
                ProcessId = 9,
                FileDescriptor = 70,
                ProcessName = "z",
            },
            new ProcSocket
            {
                ProcessId = 10,
                FileDescriptor = 9,
                ProcessName = "a",
            },
            new ProcSocket { ProcessId = 10, FileDescriptor = 10 }
        );

    [Fact]
    public void Connections_come_by_namespace_and_inode_and_those_without_inode_by_their_tuple() =>
        AssertOrder(
            new NetConnection
            {
                NetworkNamespace = 1,
                LocalAddress = IPAddress.Loopback,
                LocalPort = 80,
                RemotePort = 1,
                State = ConnectionState.TimeWait,
            },
            new NetConnection
            {
                NetworkNamespace = 1,
                LocalAddress = IPAddress.Loopback,
                LocalPort = 80,
                RemotePort = 2,
                State = ConnectionState.TimeWait,
            },
            new NetConnection { NetworkNamespace = 1, Inode = 9 },
            new NetConnection { NetworkNamespace = 1, Inode = 10 },
            new NetConnection { NetworkNamespace = 2, Inode = 1 }
        );

    [Fact]
    public void A_connection_in_another_state_is_the_same() =>
        Assert.Equal(
            0,
            new NetConnection { Inode = 9, State = ConnectionState.Established }.CompareTo(
                new NetConnection { Inode = 9, State = ConnectionState.CloseWait }
            )
        );

    [Fact]
    public void Traffic_comes_by_category_and_process() =>
        AssertOrder(
            new ProcessTraffic { Category = TrafficCategory.Kernel, SentBytes = 3 },
            new ProcessTraffic { Category = TrafficCategory.NoSocket },
            new ProcessTraffic
            {
                ProcessId = 5,
                ProcessStartTime = s_start,
                SentBytes = 2,
            },
            new ProcessTraffic
            {
                ProcessId = 5,
                ProcessStartTime = s_start.AddHours(1),
                SentBytes = 1,
            },
            new ProcessTraffic { ProcessId = 6, ProcessStartTime = s_start }
        );

    [Fact]
    public void A_process_is_the_same_whatever_it_sent() =>
        Assert.Equal(
            0,
            new ProcessTraffic
            {
                ProcessId = 5,
                ProcessStartTime = s_start,
                SentBytes = 1,
            }.CompareTo(
                new ProcessTraffic
                {
                    ProcessId = 5,
                    ProcessStartTime = s_start,
                    SentBytes = 2,
                }
            )
        );

    [Fact]
    public void Other_things_have_no_place_in_the_order()
    {
        Assert.Equal(1, new ProcSocket().CompareTo(null));
        Assert.Throws<ArgumentException>(() => new ProcSocket().CompareTo(new NetConnection()));
    }

    private static void AssertOrder(params IComparable[] rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(rows[i].CompareTo(rows[j])));
            }
        }
    }
}
