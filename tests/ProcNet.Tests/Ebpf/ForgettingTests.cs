using ProcNet.EbpfOwners;
using ProcNet.Flows;
using ProcNet.OwnerLookup;
using ProcNet.Sources.Ebpf;

namespace ProcNet.Tests.Ebpf;

/// <summary>What the feed told of processes that have ended is let go of, once nothing that is counted is theirs.</summary>
public sealed class ForgettingTests
{
    // Above every process id of the kernel (PID_MAX_LIMIT): it has ended for sure.
    private const uint FirstEnded = 1 << 23;

    [Fact]
    public void Ended_processes_are_forgotten_and_the_owners_of_what_is_counted_are_not()
    {
        using var resolver = new EbpfOwnerResolver();
        for (uint i = 0; i < EbpfOwnerResolver.ManyProcesses; i++)
        {
            resolver.OnProcess(new EbpfProcess(FirstEnded + i), default, "/usr/bin/curl");
        }

        Assert.True(((IOwnerSearch)resolver).IsFilling);

        // One conversation of the seventh is in the table still.
        var kept = new FlowSnapshot
        {
            Flows = new FlowCounters[]
            {
                new() { LowPackets = 1, LowBytes = 60 },
            },
            Sockets = new SocketCounters[]
            {
                new()
                {
                    Cookie = 1,
                    User = new EbpfProcess(FirstEnded + 7),
                    Creator = default,
                    NetworkNamespace = 0,
                    LocalIsLow = true,
                    IsSecondView = false,
                    IsListener = false,
                    IsConnected = true,
                    IsInherited = false,
                },
            },
            Interfaces = [],
            Packets = 1,
            Bytes = 60,
            StartedAt = 0,
            TakenAt = 0,
        };
        resolver.Forget(kept, Clock.Now + 1);

        Assert.False(((IOwnerSearch)resolver).IsFilling);
        Assert.Equal("/usr/bin/curl", Assert.Single(resolver.Attribute(kept)).Match.Owner?.Process.ExecutablePath);
        resolver.OnProcess(new EbpfProcess(FirstEnded), default, "/usr/bin/wget");
        Assert.Equal(2, resolver.KnownProcesses);
    }
}
