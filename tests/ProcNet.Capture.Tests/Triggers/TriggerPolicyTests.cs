using ProcNet.Capture.Triggers;
using Xunit;

namespace ProcNet.Capture.Tests.Triggers;

public sealed class TriggerPolicyTests
{
    private static readonly PortPair s_stream = PortPair.Of(5000, 40000);
    private readonly TriggerPolicy _policy = new();

    [Fact]
    public void Few_datagrams_are_all_looked_at()
    {
        Count(s_stream, 200);

        Assert.False(_policy.EndWindow(100));
        Assert.Same(TriggerScope.Full, _policy.Scope);
    }

    [Fact]
    public void A_heavy_conversation_is_left_out()
    {
        Count(s_stream, 10_000);
        Count(PortPair.Of(53, 1234), 2);

        Assert.True(_policy.EndWindow(100));
        Assert.True(_policy.Scope.Datagrams);
        Assert.Equal([s_stream], _policy.Scope.Excluded);
    }

    [Fact]
    public void A_second_heavy_conversation_is_left_out_beside_the_first()
    {
        Count(s_stream, 10_000);
        _policy.EndWindow(100);
        var second = PortPair.Of(443, 50000);
        Count(second, 1_000);

        Assert.True(_policy.EndWindow(200));
        Assert.Equal([s_stream, second], _policy.Scope.Excluded);
    }

    [Fact]
    public void When_it_looks_again_is_known()
    {
        Assert.Null(_policy.WidensAt);
        Count(s_stream, 10_000);
        _policy.EndWindow(100);

        Assert.Equal(5_100, _policy.WidensAt);
    }

    [Fact]
    public void A_stream_that_is_let_in_again_is_shut_out_after_fewer_packets()
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
    public void Many_conversations_that_are_too_much_together_are_all_left_out()
    {
        for (int port = 1; port <= 10_000; port++)
        {
            Count(PortPair.Of(53, (ushort)(port + 1000)), 1);
        }

        Assert.True(_policy.EndWindow(100));
        Assert.False(_policy.Scope.Datagrams);
    }

    [Fact]
    public void Everything_is_looked_at_again_after_a_while_and_later_each_time_the_stream_is_still_there()
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
    public void A_new_stream_after_a_calm_holds_for_the_first_time_again()
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
