using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.OwnerLookup;
using ProcNet.Sockets;
using static ProcNet.Tests.Attribution.World;

namespace ProcNet.Tests.OwnerLookup;

public class PendingAcceptsTests
{
    private static readonly SocketRow s_waiting = new()
    {
        Protocol = TransportProtocol.Tcp,
        Family = AddressFamily.InterNetwork,
        State = ConnectionState.Established,
        Local = Address("10.0.0.1"),
        LocalPort = 80,
        Remote = Address("10.0.0.2"),
        RemotePort = 5000,
        Cookie = 1,
    };

    private readonly PendingAccepts _unaccepted = new();
    private readonly List<SocketObservation> _found = [];

    [Theory]
    [InlineData(ConnectionState.SynReceived, true)]
    [InlineData(ConnectionState.Established, true)]
    [InlineData(ConnectionState.CloseWait, true)]
    [InlineData(ConnectionState.TimeWait, false)]
    [InlineData(ConnectionState.FinWait2, false)]
    public void Only_a_connection_that_can_still_be_accepted_is_asked_for_again(ConnectionState state, bool again) =>
        Assert.Equal(again, PendingAccepts.IsUnaccepted(s_waiting with { State = state }));

    [Fact]
    public void An_accepted_connection_is_not_asked_for_again() => Assert.False(PendingAccepts.IsUnaccepted(s_waiting with { Inode = 7 }));

    [Fact]
    public void The_inode_of_the_accepted_connection_is_found_once()
    {
        var table = new Table { Answer = s_waiting with { Inode = 7 } };
        _unaccepted.Add(new SocketObservation(Namespace, Clock.Now, s_waiting));
        AskUntilNothingWaits(table);

        SocketObservation found = Assert.Single(_found);
        Assert.Equal(7u, found.Row.Inode);
        Assert.Equal(Namespace, found.NetworkNamespace);
        Assert.Equal(1, table.Lookups);
    }

    [Fact]
    public void A_connection_that_nobody_accepts_is_given_up()
    {
        var table = new Table { Answer = s_waiting };
        _unaccepted.Add(new SocketObservation(Namespace, Clock.Now, s_waiting));
        AskUntilNothingWaits(table);

        Assert.Empty(_found);
        Assert.Equal(4, table.Lookups);
    }

    [Fact]
    public void The_listener_is_not_taken_for_a_connection_that_has_gone()
    {
        var table = new Table
        {
            Answer = s_waiting with { State = ConnectionState.Listen, Remote = AddressValue.AnyIPv4, RemotePort = 0, Inode = 3 },
        };
        _unaccepted.Add(new SocketObservation(Namespace, Clock.Now, s_waiting));
        AskUntilNothingWaits(table);

        Assert.Empty(_found);
        Assert.Equal(1, table.Lookups);
    }

    [Fact]
    public void To_wait_for_less_than_a_millisecond_is_to_wait_for_one()
    {
        _unaccepted.Add(new SocketObservation(Namespace, Clock.Now, s_waiting));

        TimeSpan wait = _unaccepted.UntilNext(TimeSpan.FromHours(1));

        Assert.Equal(Math.Floor(wait.TotalMilliseconds), wait.TotalMilliseconds);
        Assert.InRange(wait.TotalMilliseconds, 0, 1);
    }

    private void AskUntilNothingWaits(Table table)
    {
        TimeSpan longest = TimeSpan.FromHours(1);
        for (TimeSpan wait; (wait = _unaccepted.UntilNext(longest)) < longest; )
        {
            Thread.Sleep(wait);
            _unaccepted.AskAgain(_ => table, _found.Add);
        }
    }

    private sealed class Table : ISocketTable
    {
        public SocketRow Answer { get; init; }

        public int Lookups { get; private set; }

        public long NetworkNamespace => Namespace;

        public bool TryFind(
            TransportProtocol protocol,
            AddressValue local,
            ushort localPort,
            AddressValue remote,
            ushort remotePort,
            int device,
            out SocketRow row
        )
        {
            Lookups++;
            row = Answer;
            return true;
        }

        public void ReadAll(SocketRowVisitor visitor) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
