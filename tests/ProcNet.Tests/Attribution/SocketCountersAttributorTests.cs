using System.Net;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sources.Ebpf;

namespace ProcNet.Tests.Attribution;

/// <summary>Rows of what was counted at sockets.</summary>
public sealed class SocketCountersAttributorTests
{
    private const long Second = 1_000_000;
    private static readonly EbpfProcess s_server = new(7);

    private readonly SocketCountersRegister _register = new();
    private readonly List<FlowCounters> _flows = [];
    private readonly List<SocketCounters> _ends = [];

    public SocketCountersAttributorTests() =>
        _register.SeeProcess(
            s_server,
            new ProcessIdentity
            {
                Key = new ProcessKey(7, 0),
                Name = "server",
                StartTime = DateTime.UnixEpoch,
            },
            now: 0
        );

    [Fact]
    public void A_connection_begins_with_its_handshake()
    {
        Count(cookie: 1, from: 10 * Second, to: 10 * Second, isListener: true);
        Count(cookie: 2, from: (10 * Second) + 40, to: 11 * Second);

        Assert.Equal(10 * Second, Attribute().Single(row => row.Cookie == 2).FirstSeen);
    }

    [Fact]
    public void A_connection_on_a_5_tuple_used_again_does_not_begin_with_the_handshake_of_the_one_before()
    {
        // The listener's entry is one for both: its packets came at 10 and at 20 seconds.
        Count(cookie: 1, from: 10 * Second, to: 20 * Second, isListener: true);
        Count(cookie: 2, from: (10 * Second) + 40, to: 11 * Second);
        Count(cookie: 3, from: (20 * Second) + 40, to: 21 * Second);

        Assert.Equal((20 * Second) + 40, Attribute().Single(row => row.Cookie == 3).FirstSeen);
    }

    [Fact]
    public void However_soon_a_5_tuple_is_used_again()
    {
        Count(cookie: 1, from: 10 * Second, to: (10 * Second) + 5_000, isListener: true);
        Count(cookie: 2, from: (10 * Second) + 40, to: (10 * Second) + 2_000);
        Count(cookie: 3, from: (10 * Second) + 5_000, to: 11 * Second);

        Assert.Equal((10 * Second) + 5_000, Attribute().Single(row => row.Cookie == 3).FirstSeen);
    }

    [Fact]
    public void A_process_that_runs_on_is_not_forgotten()
    {
        _register.Forget(Snapshot(), notedBefore: 150, isAlive: process => process == s_server);
        Assert.NotNull(_register.FindProcess(s_server));

        _register.Forget(Snapshot(), notedBefore: 150, isAlive: static _ => false);
        Assert.Null(_register.FindProcess(s_server));
    }

    [Fact]
    public void What_had_no_packet_since_is_left_out()
    {
        Count(cookie: 2, from: 10 * Second, to: 11 * Second);
        Count(cookie: 3, from: 10 * Second, to: 12 * Second);

        Assert.Equal([3ul], Attribute(since: 12 * Second).Select(row => row.Cookie));
    }

    [Fact]
    public void What_was_noted_after_the_snapshot_was_asked_for_is_not_forgotten()
    {
        _register.SeeFirstUser(cookie: 5, s_server, networkNamespace: 0, now: 100);
        _register.SeeFirstUser(cookie: 6, s_server, networkNamespace: 0, now: 200);

        _register.Forget(Snapshot(), notedBefore: 150, isAlive: static _ => false);

        Assert.True(_register.FindFirstUser(5).IsNobody);
        Assert.Equal(s_server, _register.FindFirstUser(6));
    }

    private List<AttributedFlow> Attribute(long since = long.MinValue) =>
        SocketCountersAttributor.Attribute(Snapshot(), _register, ownNamespace: 1, since);

    private FlowSnapshot Snapshot() =>
        new()
        {
            Flows = _flows.ToArray(),
            Sockets = _ends.ToArray(),
            Interfaces = [],
            Packets = _flows.Count,
            Bytes = 100 * _flows.Count,
            StartedAt = 0,
            TakenAt = 100 * Second,
        };

    private void Count(ulong cookie, long from, long to, bool isListener = false)
    {
        FlowKey key = FlowKey.Create(
            AddressValue.From(IPAddress.Parse("10.0.0.1")),
            443,
            AddressValue.From(IPAddress.Parse("10.0.0.2")),
            5000,
            6,
            FlowKind.Conversation,
            0,
            out bool localIsLow
        );
        _flows.Add(
            new FlowCounters
            {
                Key = key,
                LowBytes = 100,
                LowPackets = 1,
                FirstSeen = from,
                LastSeen = to,
            }
        );
        _ends.Add(
            new SocketCounters
            {
                Cookie = cookie,
                User = s_server,
                Creator = s_server,
                NetworkNamespace = 1,
                LocalIsLow = localIsLow,
                IsSecondView = false,
                IsListener = isListener,
                IsConnected = !isListener,
                IsInherited = false,
            }
        );
    }
}
