using ProcNet.Attribution;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Tests.Attribution;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>A server has a connection for a moment, then its child does.</summary>
public sealed class HandoverWatchTests : IDisposable
{
    private readonly World _world = new();
    private readonly Descriptors _descriptors = new();
    private readonly HandoverWatch _watch;
    private readonly ProcessIdentity _parent;
    private readonly SocketHolders _holders;
    private bool _isThere = true;
    private long _now;

    public HandoverWatchTests()
    {
        _watch = new HandoverWatch(_descriptors, _world.Register, _ => _isThere, () => _now);
        _parent = _world.Process(70, "sshd");
        _holders = Accept("10.0.0.1:22");
    }

    [Fact]
    public void What_a_process_has_still_is_looked_at_three_times_and_stays_its()
    {
        _descriptors.Held = true;

        foreach (long at in (long[])[2, 22, 122, 222])
        {
            _now = at;
            _watch.Review();
        }

        Assert.Equal(3, _descriptors.Looks);
        Assert.Null(_watch.UntilNext);
        Assert.True(_holders.IsHeld);
        Assert.False(_holders.WasHandedOn);
    }

    [Fact]
    public void What_another_has_by_now_is_looked_for_again_and_the_answer_says_that_it_is_shared()
    {
        _now = 2;
        _watch.Review();

        Assert.False(_holders.IsHeld);
        Assert.Contains(_holders, _world.Register.Wanted);
        _world.Packet(5, "10.0.0.9:5000", "10.0.0.1:22", 100);
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket, Assert.Single(_world.Attribute()).Match.Evidence);

        ProcessIdentity child = _world.Process(71, "sshd-session");
        _world.Register.RecordHolder(_holders.Inode, child, 12_000);
        Assert.Same(child, Assert.Single(_world.Attribute()).Match.Owner!.Process);
    }

    [Fact]
    public void A_descriptor_that_has_another_number_now_is_no_handing_on()
    {
        _descriptors.Sockets = [new SocketDescriptor(9, _holders.Inode)];

        _now = 2;
        _watch.Review();

        Assert.True(_holders.IsHeld);
    }

    [Fact]
    public void What_is_closed_says_nothing_but_of_a_process_that_hands_on()
    {
        SocketHolders second = Accept("10.0.0.1:23");
        _isThere = false;
        _now = 2;
        _watch.Review();
        Assert.False(_holders.WasHandedOn || second.WasHandedOn);

        SocketHolders third = Accept("10.0.0.1:24");
        _isThere = true;
        _now = 4;
        _watch.Review();
        SocketHolders fourth = Accept("10.0.0.1:25");
        _isThere = false;
        _now = 6;
        _watch.Review();

        Assert.True(third.WasHandedOn && fourth.WasHandedOn);
    }

    public void Dispose() => _descriptors.Dispose();

    private SocketHolders Accept(string local)
    {
        SocketRow row = _world.Socket(5, TransportProtocol.Tcp, local, "10.0.0.9:5000");
        SocketHolders holders = _world.Register.RecordHolder(row.Inode, _parent, 5000);
        _watch.Add(holders, _parent.Key, 4);
        return holders;
    }

    private sealed class Descriptors : IProcessTable
    {
        public bool Held { get; set; }

        public int Looks { get; private set; }

        public List<SocketDescriptor> Sockets { get; set; } = [];

        public bool HoldsAt(int processId, int descriptor, uint inode)
        {
            Looks++;
            return Held;
        }

        public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into)
        {
            into.Clear();
            into.AddRange(Sockets);
            return WalkStatus.Read;
        }

        public ProcessKey? ReadKey(int processId) => new(processId, 100);

        public void ListProcesses(List<int> into) => into.Clear();

        public ProcessIdentity? ReadBrief(int processId) => null;

        public ProcessIdentity? ReadIdentity(int processId) => null;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
