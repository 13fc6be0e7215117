using System.Diagnostics;
using System.Threading.Channels;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Connections;
using ProcNet.Linux;
using ProcNet.Processes;
using ProcNet.Traffic;

namespace ProcNet.Monitoring;

/// <summary>
/// Looks when the packet says so: the first packet of a conversation asks the kernel at once, on the thread that saw it, for the
/// socket (3 µs); the search for the process that holds it runs on a thread of its own and never stalls the capture.
/// </summary>
internal sealed class OwnerSearch : IOwnerSearch, INewFlowObserver
{
    private const int QueueLength = 1 << 16;

    // 3 µs each: as many as cost a settling 30 ms.
    private const int MostTranslationsAsked = 10_000;
    private const long AskAgainAfterMicroseconds = 50_000;
    private static readonly TimeSpan s_leastBetweenRawReads = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_leastBetweenLooks = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    private readonly Func<ISocketTable> _openTable;
    private readonly NamespaceSurvey _others;
    private readonly TranslationSearch _translations;
    private readonly long _captureNamespace;
    private readonly HashSet<long> _met = [];
    private readonly Channel<ForeignEnds> _foreign;
    private readonly ThreadLocal<ISocketTable> _tables;
    private readonly IProcessTable _processes;
    private readonly Func<NetworkView> _readView;
    private readonly HolderSearch _holders;
    private readonly SocketRegister _register = new();
    private readonly Lock _gate = new();
    private readonly RecentFlows _recent = new();
    private readonly UnacceptedSockets _unaccepted = new();
    private readonly Channel<SocketSighting> _sightings;
    private readonly Channel<TaskCompletionSource> _requests = Channel.CreateUnbounded<TaskCompletionSource>();
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private IOwnerFeed? _feed;
    private bool _isDisposed;
    private volatile NetworkView _view;
    private volatile bool _isRawWanted;
    private long _rawReadAt;
    private long _lostSightings;

    /// <summary>Prepares a search; nothing is asked before <see cref="Start"/>.</summary>
    /// <param name="host">Sockets, processes and namespaces.</param>
    /// <param name="notify">Takes notices.</param>
    /// <param name="feed">Knows owners from the moment of use, and is disposed with this; null where there is no such feed.</param>
    public OwnerSearch(HostAccess host, Action<Notice> notify, IOwnerFeed? feed = null)
    {
        _feed = feed;
        _openTable = () => host.OpenSocketTable(notify);
        _tables = new ThreadLocal<ISocketTable>(_openTable, trackAllValues: true);
        _processes = host.OpenProcessTable();
        _readView = host.ReadNetworkView;
        _view = _readView();
        _captureNamespace = _view.CaptureNamespace;
        _others = new NamespaceSurvey(host, notify);
        _translations = new TranslationSearch(host.OpenTranslations, _gate, notify);
        _holders = new HolderSearch(_processes, _register, _gate, TakeNew, IsThere);
        _sightings = Channel.CreateBounded<SocketSighting>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _lostSightings));
        _foreign = Channel.CreateBounded<ForeignEnds>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _lostSightings));
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet owner search" };
    }

    /// <inheritdoc/>
    public INewFlowObserver Observer => this;

    /// <inheritdoc/>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public int UnreadableProcesses => _holders.UnreadableCount;

    /// <inheritdoc/>
    public int KnownSockets
    {
        get
        {
            lock (_gate)
            {
                return _register.Count;
            }
        }
    }

    /// <summary>Whether it must hear of conversations at once: a feed knows owners also when they have gone.</summary>
    public bool IsInHurry => _feed is null;

    /// <summary>Answers of the kernel that found the queue full: their sockets were looked up later or not at all.</summary>
    public long LostSightings => Interlocked.Read(ref _lostSightings);

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _holders.Prepare();
        RefreshOthers(isWanted: true);
        _thread.Start();
    }

    /// <inheritdoc/>
    public void OnSourceStarted()
    {
        // Nothing: it looks when the packets say so.
    }

    /// <inheritdoc/>
    public void OnNewFlow(in FlowKey key, bool fromLow, long seenAt)
    {
        if (_stop.IsCancellationRequested || !_recent.TryMark(key, seenAt, AskAgainAfterMicroseconds))
        {
            return;
        }

        if (!IsInHurry)
        {
            // Only a namespace that may have begun just now must be met while it is there.
            if (MayBeOfNew(key) && _foreign.Writer.TryWrite(new ForeignEnds(key, true, true)))
            {
                _wake.Set();
            }

            return;
        }

        if (!((TransportProtocol)key.Protocol).HasPorts())
        {
            _isRawWanted = true;
            _wake.Set();
        }

        NetworkView view = _view;
        ISocketTable table = _tables.Value!;
        bool hasLow = Ask(table, view, key, true);
        bool hasHigh = Ask(table, view, key, false);
        if (!(hasLow && hasHigh) && _foreign.Writer.TryWrite(new ForeignEnds(key, !hasLow, !hasHigh)))
        {
            // To ask in other namespaces is the other thread's work: the first question to one may open it, which takes a while.
            _wake.Set();
        }
    }

    /// <inheritdoc/>
    public ulong? IdentifySockets(in FlowKey key)
    {
        NetworkView view = _view;
        bool lowIsOurs = view.IsOfCapture(key.Low);
        bool highIsOurs = view.IsOfCapture(key.High);
        if (_stop.IsCancellationRequested || (!lowIsOurs && !highIsOurs))
        {
            return null;
        }

        ISocketTable table = _tables.Value!;
        ulong low = lowIsOurs ? CookieOf(table, Attributor.ShownEnd(key, true)) : 0;
        ulong high = highIsOurs ? CookieOf(table, Attributor.ShownEnd(key, false)) : 0;

        // Turned, so that the same two on exchanged ends are others.
        return low ^ System.Numerics.BitOperations.RotateLeft(high, 32);
    }

    private static ulong CookieOf(ISocketTable table, in ConversationEnd end) =>
        table.TryFind((TransportProtocol)end.Protocol, end.Local, end.LocalPort, end.Remote, end.RemotePort, out SocketRow row)
            ? row.Cookie : 0;

    /// <summary>Reads all tables and looks for every holder that rows of the snapshot lack, then attributes.</summary>
    /// <param name="snapshot">What was counted.</param>
    public List<AttributedFlow> Settle(FlowSnapshot snapshot)
    {
        Look();
        List<AttributedFlow> rows = Attribute(snapshot);
        bool isTranslated = FindTranslations(rows);
        if (isTranslated)
        {
            // Their sockets may be in namespaces that nobody has met yet: the thread asks as for new conversations.
            foreach (AttributedFlow row in rows)
            {
                if (_translations.IsTranslated(Attributor.ShownEnd(row.Key, row.LocalIsLow)))
                {
                    _foreign.Writer.TryWrite(new ForeignEnds(row.Key, true, true));
                }
            }
        }

        if (WantMissing(rows) || isTranslated)
        {
            Look();
            rows = Attribute(snapshot);
        }

        return rows;
    }

    /// <summary>Attributes with what is known by now.</summary>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot)
    {
        lock (_gate)
        {
            return Attributor.Attribute(snapshot, _register, _view, _translations.Known);
        }
    }

    /// <inheritdoc/>
    public void Forget(FlowSnapshot kept, long notSeenSince)
    {
        var tuples = new HashSet<(AddressValue, ushort, AddressValue, ushort)>(kept.Flows.Length);
        foreach (ref readonly FlowCounters flow in kept.Flows.Span)
        {
            tuples.Add((flow.Key.Low, flow.Key.LowPort, flow.Key.High, flow.Key.HighPort));
        }

        lock (_gate)
        {
            _register.Forget(notSeenSince, socket =>
                tuples.Contains((socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort))
                || tuples.Contains((socket.Remote, socket.RemotePort, socket.Local, socket.LocalPort)));
        }
    }

    /// <summary>Ends the search; what it found stays.</summary>
    public void Stop()
    {
        if (_isDisposed)
        {
            return;
        }

        _stop.Cancel();
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _feed?.Dispose();
        _feed = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        Stop();
        _isDisposed = true;
        foreach (ISocketTable table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Dispose();
        _holders.Dispose();
        _others.Dispose();
        _translations.Dispose();
        _processes.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    /// <summary>Asks for one end in the captured namespace.</summary>
    /// <returns>Whether nothing is left to ask elsewhere.</returns>
    private bool Ask(ISocketTable table, NetworkView view, in FlowKey key, bool localIsLow)
    {
        AddressValue local = localIsLow ? key.Low : key.High;
        if (view.IsOfCapture(local))
        {
            return AskIn(table, Attributor.ShownEnd(key, localIsLow)) || !_translations.IsOpen;
        }

        if (view.IsGroup(local))
        {
            AskIn(table, Attributor.ShownEnd(key, localIsLow));
            return true;
        }

        // The other end of a conversation of ours is anywhere; that nobody knows either end is worth another look.
        return !view.IsOfOthers(local) && view.TryFindNamespace(localIsLow ? key.High : key.Low, out _);
    }

    /// <summary>Asks one table.</summary>
    /// <returns>Whether it has a socket with exactly the 5-tuple.</returns>
    private bool AskIn(ISocketTable table, in ConversationEnd end)
    {
        long networkNamespace = table.NetworkNamespace;
        var protocol = (TransportProtocol)end.Protocol;
        if (!table.TryFind(protocol, end.Local, end.LocalPort, end.Remote, end.RemotePort, out SocketRow row))
        {
            return false;
        }

        Pass(new SocketSighting(networkNamespace, Clock.Now, row));
        if (protocol == TransportProtocol.Tcp && row.Inode == 0
            && table.TryFind(protocol, end.Local, end.LocalPort, AnyOf(end.Local), 0, out SocketRow listener))
        {
            // Not accepted yet, or closed already: the listener says at least whose port it is, and may be gone when owners are settled.
            Pass(new SocketSighting(networkNamespace, Clock.Now, listener));
        }

        return row.RemotePort == end.RemotePort && row.Remote == end.Remote;
    }

    private static AddressValue AnyOf(AddressValue address) => address.IsIPv4 ? AddressValue.AnyIPv4 : AddressValue.AnyIPv6;

    private void Pass(in SocketSighting sighting)
    {
        if (_sightings.Writer.TryWrite(sighting))
        {
            _wake.Set();
        }
    }

    /// <summary>Has the thread read everything once, and waits for it.</summary>
    private void Look()
    {
        if (_stop.IsCancellationRequested || !_thread.IsAlive)
        {
            return;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_requests.Writer.TryWrite(done))
        {
            _wake.Set();
            done.Task.Wait();
        }
    }

    private bool WantMissing(List<AttributedFlow> rows)
    {
        lock (_gate)
        {
            foreach (AttributedFlow row in rows)
            {
                if (row.Match is { Owner: null, Socket.Holders: { } holders })
                {
                    _register.Want(holders);
                }
            }

            return _register.Wanted.Count > 0;
        }
    }

    private void Run()
    {
        try
        {
            // A socket may live a millisecond: on a busy machine the search would come too late in its turn.
            ThreadUrgency.TryRaise();
            if (IsInHurry)
            {
                Rehearse();
            }

            while (!_stop.IsCancellationRequested)
            {
                _wake.WaitOne(UntilNext());
                TakeNew();
                ReadRawSockets();
                if (_others.IsStale)
                {
                    RefreshOthers(isWanted: false);
                }

                _holders.Search(mustFinish: false);
                AnswerRequests();
            }
        }
        catch (Exception e)
        {
            // Unhandled it would end the whole PowerShell process; the rows then say what is known, and the monitor says why no more is.
            Failure = e;
        }
        finally
        {
            _requests.Writer.Complete();
            while (_requests.Reader.TryRead(out TaskCompletionSource? waiting))
            {
                waiting.SetResult();
            }
        }
    }

    /// <summary>Goes through what a first packet prompts, with a conversation that there is not.</summary>
    private void Rehearse()
    {
        AddressValue nowhere = AddressValue.FromIPv4(0x7F000001);
        OnNewFlow(FlowKey.Create(nowhere, 1, nowhere, 1, (byte)TransportProtocol.Udp, FlowKind.Conversation, 0, out bool fromLow), fromLow, Clock.Now);
        TakeNew();
        SearchRehearsal.Run(_processes);
    }

    private void TakeNew()
    {
        AskOthers();
        TakeSightings();
        _unaccepted.AskAgain(TableOf, See);
    }

    /// <summary>Whether a socket may be there still, for somebody to hold. The kernel tells of connected ones only: others share a port.</summary>
    private bool IsThere(KnownSocket socket) =>
        !socket.IsConnected || !socket.Protocol.HasPorts()
        || (TableOf(socket.NetworkNamespace) is { } table
            && table.TryFind(socket.Protocol, socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort, out SocketRow row)
            && row.Inode == socket.Holders?.Inode);

    private void TakeSightings()
    {
        while (_sightings.Reader.TryRead(out SocketSighting sighting))
        {
            See(sighting);
            if (UnacceptedSockets.IsUnaccepted(sighting.Row))
            {
                _unaccepted.Add(sighting);
            }
        }
    }

    private TimeSpan UntilNext()
    {
        TimeSpan next = _unaccepted.UntilNext(_holders.IsInHurry ? s_leastBetweenLooks : s_tick);
        return _isRawWanted && next > s_leastBetweenRawReads ? s_leastBetweenRawReads : next;
    }

    /// <summary>
    /// Reads the tables of ICMP and raw sockets when a packet of theirs was seen: a ping may have ended long before owners are settled,
    /// and the kernel answers no question for one socket.
    /// </summary>
    private void ReadRawSockets()
    {
        if (!_isRawWanted || Stopwatch.GetElapsedTime(_rawReadAt) < s_leastBetweenRawReads)
        {
            return;
        }

        _isRawWanted = false;
        ISocketTable table = _tables.Value!;
        List<SocketSighting> found = [];
        long now = Clock.Now;
        try
        {
            table.ReadRaw((in SocketRow row) =>
            {
                if (!row.Protocol.HasPorts())
                {
                    found.Add(new SocketSighting(table.NetworkNamespace, now, row));
                }

                return true;
            });
        }
        catch (ProcNetException e) when (e.Error is ProcNetError.SocketTableUnavailable or ProcNetError.NetworkNamespaceUnavailable)
        {
            // The namespace ended while it was asked: what was seen before stands.
        }

        found.ForEach(See);
        _rawReadAt = Stopwatch.GetTimestamp();
    }

    private void TakeUses()
    {
        if (_feed?.Read() is { } uses)
        {
            lock (_gate)
            {
                foreach (SocketUse use in uses)
                {
                    _register.SeeUse(use);
                }
            }
        }
    }

    private void See(SocketSighting sighting)
    {
        lock (_gate)
        {
            // With a feed there is no hurry to find who holds it: it knows, also when the process has gone.
            if (_register.See(sighting).Holders is { } holders && _feed is null)
            {
                _register.Want(holders);
            }
        }
    }

    private void AnswerRequests()
    {
        if (!_requests.Reader.TryRead(out TaskCompletionSource? request))
        {
            return;
        }

        try
        {
            RefreshOthers(isWanted: true);
            TakeNew();
            TakeUses();
            ReadTables();
            _holders.Search(mustFinish: true, mayBeShared: _feed is null);
        }
        finally
        {
            request.SetResult();
        }
    }

    /// <summary>Reads the tables of the captured namespace, and of those others whose addresses were met.</summary>
    private void ReadTables()
    {
        using (ISocketTable table = _openTable())
        {
            ReadTable(table);
        }

        foreach (long networkNamespace in _met)
        {
            if (networkNamespace != _captureNamespace && _others.Find(networkNamespace) is { } table)
            {
                ReadOther(table);
            }
        }
    }

    private void ReadOther(ISocketTable table)
    {
        try
        {
            ReadTable(table);
        }
        catch (ProcNetException e) when (e.Error is ProcNetError.SocketTableUnavailable or ProcNetError.NetworkNamespaceUnavailable)
        {
            // It ended while it was asked: what was seen before stands.
        }
    }

    private void ReadTable(ISocketTable table)
    {
        long networkNamespace = table.NetworkNamespace;
        long now = Clock.Now;
        List<SocketSighting> batch = new(512);
        table.ReadAll((in SocketRow row) =>
        {
            batch.Add(new SocketSighting(networkNamespace, now, row));
            if (batch.Count == batch.Capacity)
            {
                See(batch);
            }

            return true;
        });
        See(batch);
    }

    /// <summary>Asks in other namespaces for conversations of theirs.</summary>
    private void AskOthers()
    {
        bool hasRefreshed = false;
        while (_foreign.Reader.TryRead(out ForeignEnds ends))
        {
            if (!hasRefreshed && MayBeOfNew(ends.Key) && _others.IsDue)
            {
                // A container that has just begun, or the packets of other machines.
                RefreshOthers(isWanted: true);
                hasRefreshed = true;
            }

            if (ends.Low)
            {
                AskOthers(ends.Key, true);
            }

            if (ends.High)
            {
                AskOthers(ends.Key, false);
            }
        }
    }

    /// <summary>Whether an end that is not known may be in a namespace that has come since: the other end is not ours either.</summary>
    private bool MayBeOfNew(in FlowKey key) =>
        !_view.IsOfCapture(key.Low) && !_view.IsOfCapture(key.High)
        && (_view.FindNamespaces(key.Low).Count == 0 || _view.FindNamespaces(key.High).Count == 0);

    private void AskOthers(in FlowKey key, bool localIsLow)
    {
        ConversationEnd shown = Attributor.ShownEnd(key, localIsLow);
        bool isOurs = _view.IsOfCapture(shown.Local);
        if ((isOurs || !AskEverywhere(shown)) && (isOurs || _view.IsOfOthers(shown.Local)))
        {
            AskBehind(shown);
        }
    }

    /// <summary>Asks what is behind an end, and for the socket there.</summary>
    private void AskBehind(in ConversationEnd shown)
    {
        if (_translations.TryFind(shown, out ConversationEnd behind))
        {
            AskEverywhere(behind);
        }
    }

    /// <summary>Asks for an end in each namespace that has its address.</summary>
    /// <returns>Whether one has exactly this socket.</returns>
    private bool AskEverywhere(in ConversationEnd end)
    {
        bool isFound = false;
        foreach (long networkNamespace in _view.FindNamespaces(end.Local))
        {
            if (TableOf(networkNamespace) is { } table)
            {
                _met.Add(networkNamespace);
                isFound |= AskIn(table, end);
            }
        }

        return isFound;
    }

    /// <summary>Asks what is behind ends of rows without a sure owner, of which nothing is known yet.</summary>
    /// <returns>Whether anything was found.</returns>
    private bool FindTranslations(List<AttributedFlow> rows)
    {
        if (!_translations.IsOpen)
        {
            return false;
        }

        bool isAny = false;
        int asked = 0;
        foreach (AttributedFlow row in rows)
        {
            ConversationEnd shown = Attributor.ShownEnd(row.Key, row.LocalIsLow);
            if (row.Key.Kind == FlowKind.Conversation && (row.Match.Evidence & OwnerEvidence.ExactTuple) == 0
                && row.Match.Category is not (TrafficCategory.Duplicate or TrafficCategory.Forwarded or TrafficCategory.Multicast)
                && !_translations.Knows(shown) && asked++ < MostTranslationsAsked)
            {
                isAny |= _translations.TryFind(shown, out _);
            }
        }

        return isAny;
    }

    private void RefreshOthers(bool isWanted)
    {
        _others.Refresh(_captureNamespace, isWanted);
        NetworkView view = _readView();
        _others.AddTo(view);
        _view = view;
    }

    private ISocketTable? TableOf(long networkNamespace) =>
        networkNamespace == _captureNamespace ? _tables.Value : _others.Find(networkNamespace);

    private void See(List<SocketSighting> batch)
    {
        lock (_gate)
        {
            foreach (SocketSighting sighting in batch)
            {
                _register.See(sighting);
            }
        }

        batch.Clear();
    }

    /// <summary>A conversation, and which of its ends is to be asked for in other namespaces.</summary>
    private readonly record struct ForeignEnds(FlowKey Key, bool Low, bool High);
}
