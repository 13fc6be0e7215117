using System.Threading.Channels;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Processes;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Looks when the packet says so: the first packet of a conversation asks the kernel at once, on the thread that saw it, for the
/// socket (3 µs); the search for the process that holds it runs on a thread of its own and never stalls the capture.
/// </summary>
internal sealed class OwnerSearch : IOwnerSearch, INewFlowObserver
{
    /// <summary>More remembered sockets than this are too many: those that nobody needs are forgotten.</summary>
    public const int ManySockets = 50_000;

    private const int MostSockets = 300_000;

    private const int QueueLength = 1 << 16;

    private const long OverMicroseconds = 5_000_000;
    private const long AskAgainAfterMicroseconds = 50_000;
    private static readonly TimeSpan s_leastBetweenLooks = TimeSpan.FromMilliseconds(1);

    // Packets that only pass through wait too: few of them, and not for long.
    private const int MostWaiting = 256;
    private const int LongestWaitMilliseconds = 500;

    private const int NewLinkMilliseconds = 2_000;
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    private readonly LookupNamespaces _namespaces;
    private readonly NatLookup _translations;
    private readonly SocketLookup _lookup;
    private readonly TableReading _tables;
    private readonly IProcessTable _processes;
    private readonly HolderSearch _holders;
    private readonly SocketRegister _register = new();
    private readonly RecentFlows _recent = new();
    private readonly PendingAccepts _unaccepted = new();
    private readonly Channel<ForeignEndpoints> _foreign = MakeQueue<ForeignEndpoints>();
    private readonly Channel<SocketObservation> _observations = MakeQueue<SocketObservation>();
    private readonly List<(ForeignEndpoints Ends, long Until)> _waiting = [];
    private readonly Func<Action, Action<AddressValue>, IDisposable?> _watchNetwork;
    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>();
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Action<Notice> _notify;
    private IOwnerFeed? _feed;
    private bool _isShortageTold;
    private volatile int _manySockets = ManySockets;
    private bool _isDisposed;
    private readonly Lock _disposing = new();
    private IDisposable? _watch;
    private volatile bool _isRawWanted;
    private volatile bool _isLinkChanged;
    private long _linkChangedAt = long.MinValue / 2;
    private volatile bool _isAddressChanged;

    /// <summary>Prepares a search; nothing is asked before <see cref="Start"/>.</summary>
    /// <param name="host">Sockets, processes and namespaces.</param>
    /// <param name="notify">Takes notices.</param>
    /// <param name="feed">Knows owners from the moment of use, and is disposed with this; null where there is no such feed.</param>
    public OwnerSearch(LookupHost host, Action<Notice> notify, IOwnerFeed? feed = null)
    {
        _feed = feed;
        _notify = notify;
        IsInHurry = feed is not { SeesUse: true };
        _watchNetwork = host.WatchNetwork;
        _processes = host.OpenProcessTable();
        try
        {
            _namespaces = new LookupNamespaces(host, notify);
        }
        catch
        {
            _processes.Dispose();
            throw;
        }

        _translations = new NatLookup(host.OpenTranslations, notify);
        _lookup = new SocketLookup(_namespaces, _translations, Pass);
        _tables = new TableReading(_namespaces, _register, _stop.Token);
        _holders = new HolderSearch(_processes, _register, TakeNew, _lookup.IsThere, _stop.Token);
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet owner search" };
    }

    /// <summary>Prepares a search beside a feed, where the host has one.</summary>
    public static OwnerSearch WithFeed(LookupHost host, Func<Action<Notice>, IOwnerFeed?> startFeed, Action<Notice> notify)
    {
        IOwnerFeed? feed = startFeed(notify);
        try
        {
            return new OwnerSearch(host, notify, feed);
        }
        catch
        {
            feed?.Dispose();
            throw;
        }
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
            lock (_register.Gate)
            {
                return _register.Count;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsFilling => KnownSockets >= _manySockets;

    /// <summary>Whether it must hear of conversations at once: a feed that sees all use knows owners also when they have gone.</summary>
    public bool IsInHurry { get; }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _holders.Prepare();
        _namespaces.Refresh(isWanted: true);
        _watch = _watchNetwork(
            () =>
            {
                _linkChangedAt = Environment.TickCount64;
                _isLinkChanged = true;
                _wake.Set();
            },
            address =>
            {
                _namespaces.Note(address);
                _isAddressChanged = true;
                _wake.Set();
            }
        );
        ResourceShortage.StartThread(_thread);
    }

    /// <inheritdoc/>
    public void OnSourceStarted()
    {
        // Nothing: it looks when the packets say so.
    }

    /// <inheritdoc/>
    public void OnNewFlow(in FlowKey key, bool fromLow, long seenAt, int interfaceIndex)
    {
        if (_stop.IsCancellationRequested || !_recent.TryMark(key, seenAt, AskAgainAfterMicroseconds))
        {
            return;
        }

        if (!IsInHurry)
        {
            // Only a namespace that may have begun just now must be met while it is there.
            if (_lookup.MayBeOfNew(key) && _foreign.Writer.TryWrite(new ForeignEndpoints(key, interfaceIndex, true, true)))
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

        ForeignEndpoints left;
        try
        {
            left = _lookup.AskHere(key, interfaceIndex);
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.OutOfResources)
        {
            // On the thread that counts: the tables are read at a report, and the packets are counted meanwhile.
            _wake.Set();
            return;
        }

        if (left.Any && _foreign.Writer.TryWrite(left))
        {
            // To ask in other namespaces is the other thread's work: the first lookup in one may open it, which takes a while.
            _wake.Set();
        }
    }

    /// <inheritdoc/>
    public ulong? IdentifySockets(in FlowKey key, bool fromLow, int interfaceIndex) =>
        _stop.IsCancellationRequested ? null : _lookup.Identify(key, fromLow, interfaceIndex);

    /// <summary>Reads all tables and looks for every holder that rows of the snapshot lack, then attributes.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public List<AttributedFlow> ResolveOwners(FlowSnapshot snapshot, CancellationToken cancellation = default)
    {
        if (_stop.IsCancellationRequested)
        {
            // Nothing more is found out: what is known stays.
            return Attribute(snapshot, cancellation);
        }

        // In a flood: what is over was told of before, and what is new would only fill the memory.
        bool takesUses = !IsFilling || Clock.Now - snapshot.TakenAt < OverMicroseconds;
        Look(takesUses, cancellation);
        List<AttributedFlow> rows = Attribute(snapshot, cancellation);
        bool isTranslated = _lookup.AskBehind(rows);
        if (isTranslated)
        {
            // Their sockets may be in namespaces that nobody has met yet: the thread asks as for new conversations.
            foreach (AttributedFlow row in rows)
            {
                if (_translations.IsTranslated(Attributor.ShownEnd(row.Key, row.LocalIsLow)))
                {
                    _foreign.Writer.TryWrite(new ForeignEndpoints(row.Key, snapshot.Interfaces[row.Key.Interface].Index, true, true));
                }
            }
        }

        if (WantMissing(rows) || isTranslated)
        {
            Look(takesUses, cancellation);
            rows = Attribute(snapshot, cancellation);
        }

        if (rows.Exists(static row => row.MayBeTranslated && !row.LocalAddress.IsLoopback))
        {
            _translations.TellThatUnreadable();
        }

        HashSet<ProcessIdentity> owners = OwnersOf(rows);
        if (owners.Count > 0)
        {
            Ask(() => _holders.Renew(owners), cancellation);
        }

        return rows;
    }

    /// <inheritdoc/>
    public List<AttributedFlow> AttributeNew(FlowSnapshot snapshot, CancellationToken cancellation)
    {
        Ask(
            () =>
            {
                TakeNew();
                TakeUses(isInPassing: false);
            },
            cancellation
        );
        return Attribute(snapshot, cancellation);
    }

    /// <summary>Attributes with what is known by now.</summary>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot) => Attribute(snapshot, CancellationToken.None);

    private List<AttributedFlow> Attribute(FlowSnapshot snapshot, CancellationToken cancellation)
    {
        lock (_register.Gate)
        {
            return Attributor.Attribute(snapshot, _register, _namespaces.View, _translations.Known, cancellation);
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

        lock (_register.Gate)
        {
            _register.Forget(
                notSeenSince,
                socket =>
                    tuples.Contains((socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort))
                    || tuples.Contains((socket.Remote, socket.RemotePort, socket.Local, socket.LocalPort))
            );

            // Those that stay are needed: to look through them again at once would find nothing.
            _manySockets = Math.Clamp(_register.Count * 3 / 2, ManySockets, MostSockets);
        }
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        // A file's reading may dispose of the search on its own thread while another one cancels it.
        lock (_disposing)
        {
            if (!_isDisposed)
            {
                _stop.Cancel();
                _wake.Set();
            }
        }
    }

    /// <summary>Ends the search; what it found stays.</summary>
    public void Stop()
    {
        if (_isDisposed)
        {
            return;
        }

        Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _watch?.Dispose();
        _watch = null;
        _feed?.Dispose();
        _feed = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        lock (_disposing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _holders.Dispose();
        _namespaces.Dispose();
        _translations.Dispose();
        _processes.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Pass(SocketObservation observation)
    {
        if (_observations.Writer.TryWrite(observation))
        {
            _wake.Set();
        }
    }

    private static HashSet<ProcessIdentity> OwnersOf(List<AttributedFlow> rows)
    {
        HashSet<ProcessIdentity> owners = [];
        foreach (AttributedFlow row in rows)
        {
            if (row.Match.Owner is { } owner)
            {
                owners.Add(owner.Process);
            }
        }

        return owners;
    }

    /// <summary>Has the thread read everything once, and waits for it.</summary>
    private void Look(bool takesUses, CancellationToken cancellation) => Ask(() => ReadEverything(takesUses), cancellation);

    /// <summary>Has the thread do something, and waits for it.</summary>
    private void Ask(Action work, CancellationToken cancellation)
    {
        if (_stop.IsCancellationRequested || !_thread.IsAlive)
        {
            return;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_requests.Writer.TryWrite(new Request(work, done)))
        {
            _wake.Set();
            done.Task.Wait(cancellation);
        }
    }

    private bool WantMissing(List<AttributedFlow> rows)
    {
        lock (_register.Gate)
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
                TryWarmUp();
            }

            while (!_stop.IsCancellationRequested)
            {
                _wake.WaitOne(UntilNext());
                try
                {
                    LookForNew();
                }
                catch (ProcNetException e) when (e.Error == ProcNetError.OutOfResources)
                {
                    TellShortage(e);
                }

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
            while (_requests.Reader.TryRead(out Request waiting))
            {
                waiting.Done.SetResult();
            }
        }
    }

    private void LookForNew()
    {
        TakeNew();
        if (_isRawWanted && _tables.IsRawDue)
        {
            _isRawWanted = false;
            _tables.ReadRaw(Record);
        }

        TakeChanges();

        // In a flood of new conversations the feed may overflow, not the memory of sockets.
        if (_feed is { IsFilling: true } && !IsFilling)
        {
            TakeUses(isInPassing: true);
        }

        _holders.Search(mustFinish: false);
    }

    /// <summary>Says once that owners may be missing, and goes on: the limit may be raised, and others may close what they hold.</summary>
    private void TellShortage(ProcNetException shortage)
    {
        _holders.CloseKept();
        if (!Interlocked.Exchange(ref _isShortageTold, true))
        {
            _notify(new Notice(NoticeKind.OutOfResources, $"Owners may be missing: {shortage.Message} {shortage.Remedy}"));
        }
    }

    private void TryWarmUp()
    {
        try
        {
            WarmUp();
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.OutOfResources)
        {
            TellShortage(e);
        }
    }

    /// <summary>Goes through what a first packet prompts, with a conversation that there is not.</summary>
    private void WarmUp()
    {
        AddressValue nowhere = AddressValue.FromIPv4(0x7F000001);
        _lookup.WarmUp(FlowKey.Create(nowhere, 1, nowhere, 1, (byte)TransportProtocol.Udp, FlowKind.Conversation, 0, out _));
        TakeNew();
        LookupWarmUp.Run(_processes);
    }

    private void TakeNew()
    {
        AskElsewhere();
        TakeObservations();
        _unaccepted.AskAgain(_namespaces.TableOf, Record);
    }

    /// <summary>Looks again at what the kernel told has changed, and asks again for what could not be asked for then.</summary>
    private void TakeChanges()
    {
        if ((_isLinkChanged || _waiting.Count > 0) && _namespaces.IsDue(IsLinkNew))
        {
            _isLinkChanged = _isAddressChanged = false;
            _namespaces.Refresh(isWanted: true);
            AskWaiting();
        }
        else if (_isAddressChanged)
        {
            _isAddressChanged = false;
            _namespaces.RefreshOwn();
        }
        else if (_namespaces.IsStale)
        {
            _namespaces.Refresh(isWanted: false);
        }
    }

    private void AskWaiting()
    {
        List<(ForeignEndpoints Ends, long Until)> waited = [.. _waiting];
        _waiting.Clear();
        foreach ((ForeignEndpoints ends, long until) in waited)
        {
            _lookup.AskElsewhere(ends);
            if (_lookup.MayBeOfNew(ends.Key) && Environment.TickCount64 < until)
            {
                _waiting.Add((ends, until));
            }
        }
    }

    private void TakeObservations()
    {
        while (_observations.Reader.TryRead(out SocketObservation observation))
        {
            Record(observation);
            if (PendingAccepts.IsUnaccepted(observation.Row))
            {
                _unaccepted.Add(observation);
            }
        }
    }

    /// <summary>Whether interfaces came or went just now: a container may be beginning.</summary>
    private bool IsLinkNew => Environment.TickCount64 - Volatile.Read(ref _linkChangedAt) < NewLinkMilliseconds;

    private TimeSpan UntilNext()
    {
        TimeSpan next = _unaccepted.UntilNext(
            _holders.IsInHurry ? s_leastBetweenLooks
            : _waiting.Count > 0 || _isLinkChanged ? s_soon
            : s_tick
        );
        next = _holders.UntilNext is { } look && look < next ? look : next;
        return _isRawWanted && next > TableReading.LeastBetweenRawReads ? TableReading.LeastBetweenRawReads : next;
    }

    private void TakeUses(bool isInPassing)
    {
        if (_feed?.Read(isInPassing) is { } uses)
        {
            lock (_register.Gate)
            {
                foreach (SocketUse use in uses)
                {
                    _register.RecordUse(use);
                }
            }
        }
    }

    private void Record(SocketObservation observation)
    {
        lock (_register.Gate)
        {
            // With a feed there is no hurry to find who holds it: it knows, also when the process has gone.
            if (_register.Record(observation).Holders is { } holders && IsInHurry)
            {
                _register.Want(holders);
            }
        }
    }

    private void AnswerRequests()
    {
        if (!_requests.Reader.TryRead(out Request request))
        {
            return;
        }

        try
        {
            request.Work();
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.OutOfResources)
        {
            TellShortage(e);
        }
        finally
        {
            request.Done.SetResult();
        }
    }

    private void ReadEverything(bool takesUses)
    {
        _namespaces.Refresh(isWanted: true);
        TakeNew();
        if (takesUses)
        {
            TakeUses(isInPassing: false);
        }

        long startedAt = Clock.Now;
        _tables.ReadAll(_lookup.Met);
        if (IsInHurry)
        {
            _holders.ResolveOwners(startedAt);
        }
        else
        {
            _holders.Search(mustFinish: true);
        }
    }

    /// <summary>Asks in other namespaces for conversations of theirs.</summary>
    private void AskElsewhere()
    {
        bool hasRefreshed = false;
        while (_foreign.Reader.TryRead(out ForeignEndpoints ends))
        {
            if (!hasRefreshed && _lookup.MayBeOfNew(ends.Key) && _namespaces.IsDue(IsLinkNew))
            {
                // A container that has just begun, or the packets of other machines.
                _namespaces.Refresh(isWanted: true);
                hasRefreshed = true;
            }

            _lookup.AskElsewhere(ends);
            if (_waiting.Count < MostWaiting && _lookup.MayBeOfNew(ends.Key))
            {
                // Its namespace may be so new that it has no address yet, or was looked for too lately.
                _waiting.Add((ends, Environment.TickCount64 + LongestWaitMilliseconds));
            }
        }
    }

    // What finds it full is looked up when owners are resolved, or stays without one and says so.
    private static Channel<T> MakeQueue<T>() =>
        Channel.CreateBounded<T>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
        );

    /// <summary>What the thread is asked to do, and who waits.</summary>
    private readonly record struct Request(Action Work, TaskCompletionSource Done);
}
