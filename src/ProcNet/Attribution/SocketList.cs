using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>
/// The sockets that were seen with one 5-tuple, or on one port, the oldest first. Mostly it is one; but whoever connects from one port
/// again and again makes thousands, and each observation and each conversation looks here. What many take to be found soon, few do without.
/// </summary>
/// <param name="networkNamespace">The namespace of all of them.</param>
internal sealed class SocketList(long networkNamespace)
{
    private const int LongFrom = 32;

    // Room for one: there are as many lists as 5-tuples.
    private readonly List<KnownSocket> _sockets = new(1);
    private CookieIndex? _byCookie;
    private TimeIndex? _byTime;

    /// <summary>The namespace of all of them.</summary>
    public long NetworkNamespace => networkNamespace;

    /// <summary>Those of the same 5-tuple in another namespace; null where there is none. Mostly there is none.</summary>
    public SocketList? Next { get; private set; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<KnownSocket> All => _sockets;

    /// <summary>How many there are.</summary>
    public int Count => _sockets.Count;

    /// <summary>The list of a namespace, from here on; null where there is none.</summary>
    public SocketList? Find(long wanted)
    {
        SocketList? at = this;
        while (at is not null && at.NetworkNamespace != wanted)
        {
            at = at.Next;
        }

        return at;
    }

    /// <summary>The list of a namespace, from here on; made where there is none.</summary>
    public SocketList Of(long wanted)
    {
        if (Find(wanted) is { } found)
        {
            return found;
        }

        var made = new SocketList(wanted) { Next = Next };
        Next = made;
        return made;
    }

    /// <summary>The newest socket that a row can be of; null where it is of none of them.</summary>
    public KnownSocket? Find(in SocketRow row)
    {
        // Without cookies a table was read from /proc/net: that happens seldom, and shows one socket of a 5-tuple each time.
        if (row.Cookie != 0 && _sockets.Count >= LongFrom && (_byCookie ??= new CookieIndex(_sockets)).IsWhole)
        {
            return _byCookie.Find(row.Cookie);
        }

        for (int i = _sockets.Count - 1; i >= 0; i--)
        {
            if (_sockets[i].IsSame(row))
            {
                return _sockets[i];
            }
        }

        return null;
    }

    /// <summary>Adds a socket.</summary>
    public void Add(KnownSocket socket)
    {
        _sockets.Add(socket);
        _byCookie?.Add(socket);
    }

    /// <summary>Notes another observation of one of them.</summary>
    public void Record(KnownSocket socket, in SocketObservation observation)
    {
        bool hadCookie = socket.Cookie != 0;
        socket.Record(observation);
        if (!hadCookie && socket.Cookie != 0)
        {
            _byCookie = null;
        }
    }

    /// <summary>Takes out sockets.</summary>
    public void RemoveAll(Predicate<KnownSocket> isMeant)
    {
        if (_sockets.RemoveAll(isMeant) > 0)
        {
            (_byCookie, _byTime) = (null, null);
        }
    }

    /// <summary>
    /// The sockets that were last seen not before a moment and first seen not after another, the oldest first; where there are
    /// few, all.
    /// </summary>
    /// <param name="seenSince">The one moment, in microseconds since 1970 UTC.</param>
    /// <param name="seenUntil">The other.</param>
    /// <param name="observations">How many observations there were of any socket: while it is the same, so are their times.</param>
    public IReadOnlyList<KnownSocket> Between(long seenSince, long seenUntil, long observations)
    {
        if (_sockets.Count < LongFrom)
        {
            return _sockets;
        }

        if (_byTime is null || _byTime.ObservationPoints != observations)
        {
            _byTime = new TimeIndex(new SpanIndex(_sockets.ConvertAll(static socket => (socket.FirstSeen, socket.LastSeen))), observations);
        }

        SpanIndex spans = _byTime.Spans;
        List<KnownSocket> found = [];
        for (int i = spans.FindFirst(0, seenSince, seenUntil); i >= 0; i = spans.FindFirst(i + 1, seenSince, seenUntil))
        {
            found.Add(_sockets[i]);
        }

        return found;
    }

    private sealed record TimeIndex(SpanIndex Spans, long ObservationPoints);

    private sealed class CookieIndex
    {
        private readonly Dictionary<ulong, KnownSocket> _newest = [];

        public CookieIndex(List<KnownSocket> sockets) => sockets.ForEach(Add);

        /// <summary>Whether every socket has a cookie, so that nothing else tells them apart.</summary>
        public bool IsWhole { get; private set; } = true;

        public void Add(KnownSocket socket)
        {
            IsWhole &= socket.Cookie != 0;
            _newest[socket.Cookie] = socket;
        }

        public KnownSocket? Find(ulong cookie) => _newest.GetValueOrDefault(cookie);
    }
}
