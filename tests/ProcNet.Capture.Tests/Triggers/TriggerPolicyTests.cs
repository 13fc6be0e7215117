using ProcNet.Capture.Triggers;
using Xunit;

namespace ProcNet.Capture.Tests.Triggers;

public sealed class TriggerPolicyTests
{
    private static readonly PortPair s_stream = PortPair.Of(5000, 40000);
    private readonly TriggerPolicy _policy = new();

    [Fact]
    public void FewDatagramsAreAllLookedAt()
    {
        Count(s_stream, 200);

        Assert.False(_policy.EndWindow(100));
        Assert.Same(TriggerScope.Full, _policy.Scope);
    }

    [Fact]
    public void AHeavyConversationIsLeftOut()
    {
        Count(s_stream, 10_000);
        Count(PortPair.Of(53, 1234), 2);

        Assert.True(_policy.EndWindow(100));
        Assert.True(_policy.Scope.Datagrams);
        Assert.Equal([s_stream], _policy.Scope.Excluded);
    }

    [Fact]
    public void ASecondHeavyConversationIsLeftOutBesideTheFirst()
    {
        Count(s_stream, 10_000);
        _policy.EndWindow(100);
        var second = PortPair.Of(443, 50000);
        Count(second, 1_000);

        Assert.True(_policy.EndWindow(200));
        Assert.Equal([s_stream, second], _policy.Scope.Excluded);
    }

    [Fact]
    public void WhenItLooksAgainIsKnown()
    {
        Assert.Null(_policy.WidensAt);
        Count(s_stream, 10_000);
        _policy.EndWindow(100);

        Assert.Equal(5_100, _policy.WidensAt);
    }

    [Fact]
    public void AStreamThatIsLetInAgainIsShutOutAfterFewerPackets()
    {
        Count(s_stream, 201);
        Assert.False(_policy.IsFlooded);
        Count(s_stream, 600);
        Assert.True(_policy.IsFlooded);
        _policy.EndWindow(100);
        _policy.EndWindow(5_100);

        Count(s_stream, 201);
        Assert.True(_policy.IsFlooded);
    }

    [Fact]
    public void ManyConversationsThatAreTooMuchTogetherAreAllLeftOut()
    {
        for (int port = 1; port <= 10_000; port++)
        {
            Count(PortPair.Of(53, (ushort)(port + 1000)), 1);
        }

        Assert.True(_policy.EndWindow(100));
        Assert.False(_policy.Scope.Datagrams);
    }

    [Fact]
    public void EverythingIsLookedAtAgainAfterAWhileAndLaterEachTimeTheStreamIsStillThere()
    {
        Count(s_stream, 10_000);
        _policy.EndWindow(100);
        Assert.False(_policy.EndWindow(5_099));
        Assert.True(_policy.EndWindow(5_100));
        Assert.Same(TriggerScope.Full, _policy.Scope);

        Count(s_stream, 10_000);
        Assert.True(_policy.EndWindow(5_200));
        Assert.False(_policy.EndWindow(15_199));
        Assert.True(_policy.EndWindow(15_200));
    }

    [Fact]
    public void ANewStreamAfterACalmHoldsForTheFirstTimeAgain()
    {
        Count(s_stream, 10_000);
        _policy.EndWindow(0);
        _policy.EndWindow(5_000);
        Count(s_stream, 10_000);
        _policy.EndWindow(5_100);
        _policy.EndWindow(15_100);
        Count(s_stream, 10_000);
        _policy.EndWindow(20_000);

        Assert.True(_policy.EndWindow(25_000));
    }

    private void Count(PortPair ports, int packets)
    {
        for (int i = 0; i < packets; i++)
        {
            _policy.CountUdp(ports);
        }
    }
}
