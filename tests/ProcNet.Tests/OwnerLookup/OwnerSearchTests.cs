using ProcNet.Attribution;
using ProcNet.Monitoring;
using ProcNet.OwnerLookup;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>The search and the feed beside it.</summary>
public sealed class OwnerSearchTests
{
    [Fact]
    public void A_feed_that_is_filling_is_read_though_nobody_asks_for_owners()
    {
        var feed = new FillingFeed();
        using var search = new OwnerSearch(HostAccess.Local, notice => Assert.Fail(notice.Message), feed);
        search.Start();

        Assert.True(feed.IsRead.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        search.Stop();
        Assert.True(feed.IsDisposed);
    }

    private sealed class FillingFeed : IOwnerFeed
    {
        public ManualResetEventSlim IsRead { get; } = new();

        public bool IsDisposed { get; private set; }

        public bool SeesUse => true;

        public bool IsFilling => !IsRead.IsSet;

        public IEnumerable<SocketUse> Read(bool isInPassing)
        {
            IsRead.Set();
            return [];
        }

        public void Dispose() => IsDisposed = true;
    }
}
