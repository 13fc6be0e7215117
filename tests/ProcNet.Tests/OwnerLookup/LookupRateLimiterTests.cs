using ProcNet.OwnerLookup;
using Xunit;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>How much a flood of new conversations may have the kernel asked.</summary>
public sealed class LookupRateLimiterTests
{
    private long _now = 1_000;

    [Fact]
    public void A_burst_is_asked_for_and_no_more_in_the_same_moment()
    {
        LookupRateLimiter budget = new(() => _now);

        Assert.Equal(LookupRateLimiter.Burst, TakeAll(budget));
        Assert.False(budget.TryTake());
    }

    [Fact]
    public void What_was_spent_comes_back_with_time_and_never_to_more_than_a_burst()
    {
        LookupRateLimiter budget = new(() => _now);
        TakeAll(budget);

        _now += 20;
        Assert.Equal(20 * LookupRateLimiter.PerSecond / 1000, TakeAll(budget));
        _now += 3_600_000;
        Assert.Equal(LookupRateLimiter.Burst, TakeAll(budget));
    }

    [Fact]
    public void What_was_refused_is_not_owed()
    {
        LookupRateLimiter budget = new(() => _now);
        TakeAll(budget);
        for (int i = 0; i < 5_000; i++)
        {
            Assert.False(budget.TryTake());
        }

        _now += 1;
        Assert.Equal(LookupRateLimiter.PerSecond / 1000, TakeAll(budget));
    }

    private static int TakeAll(LookupRateLimiter budget)
    {
        int taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
