using ProcNet.Addresses;
using ProcNet.Conntrack;
using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.OwnerLookup;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>A kernel that does not tell this user what it translates.</summary>
public sealed class NatLookupTests : IDisposable
{
    private readonly List<Notice> _notices = [];
    private readonly NatLookup _search;
    private readonly FiveTuple _end = new(
        (byte)TransportProtocol.Udp,
        AddressValue.FromIPv4(0x7F000001),
        53,
        AddressValue.FromIPv4(0x7F000002),
        5353
    );

    public NatLookupTests() => _search = new NatLookup(static () => new Forbidden(), _notices.Add);

    [Fact]
    public void A_warm_up_tells_nothing()
    {
        _search.WarmUp(_end);

        Assert.Empty(_notices);
        Assert.Null(_search.Known.Unreadable);
    }

    [Fact]
    public void That_nothing_can_be_asked_is_told_once_and_only_where_it_matters()
    {
        Assert.False(_search.TryFind(_end, out _));
        Assert.False(_search.TryFind(_end, out _));
        Assert.Empty(_notices);

        _search.TellThatUnreadable();
        _search.TellThatUnreadable();

        Assert.Equal(NoticeKind.TranslationsNotRead, Assert.Single(_notices).Kind);
        Assert.Equal("ctnetlink query: Operation not permitted (errno 1)", _search.Known.Unreadable);
    }

    public void Dispose() => _search.Dispose();

    private sealed class Forbidden : IConntrackTable
    {
        public bool TryFind(in FiveTuple shown, out FiveTuple behind) => throw new LinuxException("ctnetlink query", 1);

        public void ReadTwiceTranslated(Action<FiveTuple, FiveTuple> take) => throw new LinuxException("ctnetlink dump", 1);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
