using System.Diagnostics;
using ProcNet.Attribution;
using ProcNet.Processes;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Finds the processes that hold wanted sockets. Reading a descriptor costs 3 µs and cannot be had cheaper, so it reads few: first the
/// processes that owned the last finds, then those that started within the last second, and only then all, not too often. What is new does
/// not wait for a look at all: it is looked for between two processes.
/// </summary>
internal sealed class HolderSearch : IDisposable
{
    private const int RecentLimit = 32;
    private const long YoungMicroseconds = 1_000_000;
    private static readonly TimeSpan s_leastBetweenWalks = TimeSpan.FromMilliseconds(250);

    // A socket is shown a moment before its descriptor is (accept), so that the likely holders get a second look.
    private const int MostLooksInVain = 2;

    // A walk of everything may take a tenth of one processor at most.
    private const int WalkRestFactor = 10;

    private readonly IProcessTable _processes;
    private readonly SocketRegister _register;
    private readonly Action _takeNew;
    private readonly Func<KnownSocket, bool> _isThere;
    private readonly CancellationToken _stop;
    private readonly List<Recent> _recent = [];
    private readonly HolderReview _review;
    private readonly HandoverWatch _handovers;
    private readonly Func<uint, bool> _isLastUrgent;
    private readonly List<int> _listed = new(1024);
    private readonly List<int> _walked = new(1024);
    private readonly List<SocketDescriptor> _sockets = new(1024);
    private readonly Dictionary<int, long> _firstNoticed = [];
    private readonly Dictionary<int, ProcessIdentity> _identities = [];
    private readonly List<ProcessIdentity> _unfinished = [];
    private long _lastRenewalEnd;
    private TimeSpan _lastRenewalCost;
    private int _urgentLeft;
    private long _lastWalkEnd;
    private TimeSpan _lastWalkCost;

    /// <summary>Prepares a search.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="register">Says which sockets are wanted, and takes the finds.</param>
    /// <param name="takeNew">Puts into the register what was seen meanwhile.</param>
    /// <param name="isThere">Asks whether a socket is there still.</param>
    /// <param name="stop">Ends a long look.</param>
    public HolderSearch(
        IProcessTable processes,
        SocketRegister register,
        Action takeNew,
        Func<KnownSocket, bool> isThere,
        CancellationToken stop = default
    )
    {
        _stop = stop;
        _takeNew = takeNew;
        _isLastUrgent = IsLastUrgent;
        _isThere = isThere;
        _processes = processes;
        _register = register;
        _review = new HolderReview(processes, register, LookAt);
        _handovers = new HandoverWatch(processes, register, isThere);
    }

    /// <summary>How many processes could not be read at the last look at all of them.</summary>
    public int UnreadableCount { get; private set; }

    /// <summary>How long until it must be looked whether a connection was handed on; null where no look waits.</summary>
    public TimeSpan? UntilNext => _handovers.UntilNext;

    /// <summary>Whether a socket waits for a second look at the likely holders.</summary>
    public bool IsInHurry
    {
        get
        {
            lock (_register.Gate)
            {
                return _register.Urgent.Count > 0;
            }
        }
    }

    /// <summary>Notes which processes there are, so that those that come later are known as young.</summary>
    public void Prepare()
    {
        long now = Clock.Now;
        _processes.ListProcesses(_listed);
        foreach (int id in _listed)
        {
            _firstNoticed.TryAdd(id, now - (2 * YoungMicroseconds));
        }
    }

    /// <summary>
    /// Closes the lists of those found last, so that others may open something: they are opened again when they are found
    /// again.
    /// </summary>
    public void CloseKept()
    {
        _recent.ForEach(static recent => recent.Dispose());
        _recent.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => CloseKept();

    /// <summary>Looks for the holders of wanted sockets.</summary>
    /// <param name="mustFinish">Whether to look at every process now if it takes that; else only when it was not done lately.</param>
    public void Search(bool mustFinish)
    {
        _handovers.Review();
        Find(mustFinish, mayBeShared: false);
        CompleteIdentities();
    }

    /// <summary>
    /// Looks for the holders of wanted sockets, and who holds the others still: looks at every process, unless it was done lately, though a
    /// holder of each is known, as forked and passed sockets have more.
    /// </summary>
    /// <param name="openSince">The sockets seen in a table since are open, in microseconds since 1970 UTC.</param>
    public void ResolveOwners(long openSince)
    {
        _handovers.Review();
        _review.WantAbandoned(openSince);
        Find(mustFinish: true, mayBeShared: true);
        _review.LookAtShared(openSince);
        CompleteIdentities();
    }

    /// <summary>
    /// Reads again who the processes are that live still: execve(2) makes one another program, setuid(2) another user's. About 30 µs for
    /// each, so a tenth of one processor at most; one that has gone costs it once, and stays what it was seen as.
    /// </summary>
    /// <param name="owners">Those that own rows; who was found by somebody else is left to them.</param>
    public void Renew(IEnumerable<ProcessIdentity> owners)
    {
        if (Stopwatch.GetElapsedTime(_lastRenewalEnd) < _lastRenewalCost * WalkRestFactor)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        foreach (ProcessIdentity owner in owners)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (_identities.TryGetValue(owner.Key.Id, out ProcessIdentity? known) && known == owner && !TryComplete(owner))
            {
                _identities.Remove(owner.Key.Id);
            }
        }

        _lastRenewalEnd = Stopwatch.GetTimestamp();
        _lastRenewalCost = Stopwatch.GetElapsedTime(start);
    }

    private void Find(bool mustFinish, bool mayBeShared)
    {
        LookAtLikely();
        bool isDue =
            Stopwatch.GetElapsedTime(_lastWalkEnd) > s_leastBetweenWalks
            && Stopwatch.GetElapsedTime(_lastWalkEnd) > _lastWalkCost * WalkRestFactor;
        if (AnyWanted() ? mustFinish || isDue : mayBeShared && isDue)
        {
            LookAtAll();
        }
    }

    private bool AnyWanted()
    {
        lock (_register.Gate)
        {
            return _register.Wanted.Count > 0;
        }
    }

    private void LookAtLikely()
    {
        if (!IsInHurry)
        {
            return;
        }

        LookAtRecent();
        if (IsInHurry)
        {
            ListYoungFirst(out int young);
            for (int i = 0; i < young && IsInHurry; i++)
            {
                LookAt(_listed[i]);
            }

            DeferUrgent();
        }
    }

    /// <summary>
    /// Leaves those that were looked for twice in vain to the next look at all processes, and forgets those that have
    /// gone.
    /// </summary>
    private void DeferUrgent()
    {
        lock (_register.Gate)
        {
            foreach (SocketHolders holders in _register.Urgent)
            {
                if (++holders.LooksInVain < MostLooksInVain)
                {
                    continue;
                }

                // Removing what the enumerator stands on is allowed (HashSet, since .NET Core 3.0).
                if (holders.Socket is { } socket && !_isThere(socket))
                {
                    _register.StopWanting(holders);
                }
                else
                {
                    _register.Defer(holders);
                }
            }
        }
    }

    private void LookAtRecent()
    {
        for (int i = _recent.Count - 1; i >= 0 && CountUrgent(); i--)
        {
            if (_recent[i].Descriptors is { } descriptors)
            {
                descriptors.ReadLikely(_sockets, _isLastUrgent);
                RecordHolder(_recent[i].Process);
            }
        }

        for (int i = _recent.Count - 1; i >= 0 && CountUrgent(); i--)
        {
            if (Read(_recent[i]) != WalkStatus.Read)
            {
                _recent[i].Dispose();
                _recent.RemoveAt(i);
            }
        }
    }

    private bool CountUrgent()
    {
        lock (_register.Gate)
        {
            _urgentLeft = _register.Urgent.Count;
            return _urgentLeft > 0;
        }
    }

    private bool IsLastUrgent(uint inode)
    {
        lock (_register.Gate)
        {
            return _register.IsUrgent(inode) && --_urgentLeft == 0;
        }
    }

    /// <summary>Lists all processes, those noticed within the last second first, newest first.</summary>
    private void ListYoungFirst(out int young)
    {
        long now = Clock.Now;
        _processes.ListProcesses(_listed);
        _listed.Reverse();
        if (_firstNoticed.Count > _listed.Count * 2)
        {
            ForgetTheGone();
        }

        young = 0;
        for (int i = 0; i < _listed.Count; i++)
        {
            int id = _listed[i];
            if (!_firstNoticed.TryGetValue(id, out long noticed))
            {
                _firstNoticed.Add(id, noticed = now);
            }

            // A process that was looked at before it opened its socket is looked at again while it is young.
            if (now - noticed < YoungMicroseconds)
            {
                _listed[i] = _listed[young];
                _listed[young++] = id;
            }
        }
    }

    private void ForgetTheGone()
    {
        var there = new HashSet<int>(_listed);
        foreach (int id in _firstNoticed.Keys)
        {
            if (!there.Contains(id))
            {
                _firstNoticed.Remove(id);
                _identities.Remove(id);
            }
        }
    }

    /// <summary>
    /// Looks at every process to its end, though the wanted may be found before: a socket that several processes hold shows all of them.
    /// </summary>
    private void LookAtAll()
    {
        long startedAt = Clock.Now;
        long start = Stopwatch.GetTimestamp();
        int unreadable = 0;
        List<SocketHolders> lookedFor;
        lock (_register.Gate)
        {
            lookedFor = [.. _register.Wanted];
        }

        _processes.ListProcesses(_walked);
        for (int i = _walked.Count - 1; i >= 0; i--)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (LookAt(_walked[i]) is WalkStatus.Denied or WalkStatus.Failed)
            {
                unreadable++;
            }

            _takeNew();
            LookAtLikely();
        }

        LookAtThreads();
        UnreadableCount = unreadable;
        _lastWalkCost = Stopwatch.GetElapsedTime(start);
        _lastWalkEnd = Stopwatch.GetTimestamp();
        lock (_register.Gate)
        {
            _register.GiveUp(lookedFor, startedAt, Clock.Now, sawAll: unreadable == 0 && _processes.HasAll);
        }
    }

    /// <summary>Looks for what nobody holds in the tables that threads have for themselves.</summary>
    private void LookAtThreads()
    {
        for (int i = _walked.Count - 1; i >= 0 && AnyWanted() && !_stop.IsCancellationRequested; i--)
        {
            _processes.ReadThreadSockets(_walked[i], _sockets);
            if (HoldsAny(out _) && Identify(_walked[i]) is { } process)
            {
                RecordHolder(process);
            }
        }
    }

    private WalkStatus LookAt(int id)
    {
        WalkStatus status = Read(id, out ProcessIdentity? finder);
        if (finder is not null)
        {
            Remember(finder);
        }

        return status;
    }

    private void Remember(ProcessIdentity finder)
    {
        foreach (Recent recent in _recent)
        {
            if (recent.Process.Key == finder.Key)
            {
                return;
            }
        }

        if (_recent.Count == RecentLimit)
        {
            _recent[0].Dispose();
            _recent.RemoveAt(0);
        }

        IDescriptorList? descriptors = _processes.OpenDescriptors(finder.Key.Id);
        if (descriptors is not null && _processes.ReadKey(finder.Key.Id) != finder.Key)
        {
            // It has gone meanwhile, and its id may be another's.
            descriptors.Dispose();
            return;
        }

        _recent.Add(new Recent(finder, descriptors));
    }

    private WalkStatus Read(Recent recent)
    {
        if (recent.Descriptors is not { } descriptors)
        {
            return Read(recent.Process.Key.Id, out _);
        }

        WalkStatus status = descriptors.ReadSockets(_sockets, _isLastUrgent);
        if (status == WalkStatus.Read)
        {
            RecordHolder(recent.Process);
        }

        return status;
    }

    /// <summary>Reads a process.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="finder">Who it is, where it holds a socket that was wanted; else null.</param>
    private WalkStatus Read(int id, out ProcessIdentity? finder)
    {
        finder = null;
        WalkStatus status = _processes.ReadSockets(id, _sockets);
        if (status != WalkStatus.Read || !HoldsAny(out bool isWanted))
        {
            return status;
        }

        if (Identify(id) is not { } process)
        {
            return WalkStatus.Gone;
        }

        finder = isWanted ? process : null;
        RecordHolder(process);
        return status;
    }

    /// <summary>Whether any of the sockets just read was seen in a table, or is wanted even.</summary>
    private bool HoldsAny(out bool isWanted)
    {
        bool isKnown = false;
        isWanted = false;
        lock (_register.Gate)
        {
            foreach (SocketDescriptor socket in _sockets)
            {
                isKnown |= _register.IsKnown(socket.Inode);
                isWanted |= _register.IsWanted(socket.Inode);
            }
        }

        return isKnown;
    }

    private void RecordHolder(ProcessIdentity process)
    {
        long now = Clock.Now;
        lock (_register.Gate)
        {
            foreach (SocketDescriptor socket in _sockets)
            {
                if (_register.IsKnown(socket.Inode))
                {
                    bool wasWanted = _register.IsWanted(socket.Inode);
                    SocketHolders holders = _register.RecordHolder(socket.Inode, process, now);
                    if (wasWanted)
                    {
                        _handovers.Add(holders, process.Key, socket.FileDescriptor);
                    }
                }
            }
        }
    }

    private ProcessIdentity? Identify(int id)
    {
        // The id may have come back with another process since the last look.
        if (_identities.TryGetValue(id, out ProcessIdentity? known) && _processes.ReadKey(id) == known.Key)
        {
            return known;
        }

        ProcessIdentity? process = _processes.ReadBrief(id);
        if (process is not null)
        {
            _identities[id] = process;
            _unfinished.Add(process);
        }

        return process;
    }

    /// <summary>Reads the rest about the processes that were found, when no find is waiting any more.</summary>
    private void CompleteIdentities()
    {
        foreach (ProcessIdentity process in _unfinished)
        {
            TryComplete(process);
        }

        _unfinished.Clear();
    }

    /// <returns>False where it has gone.</returns>
    private bool TryComplete(ProcessIdentity process)
    {
        if (_processes.ReadIdentity(process.Key.Id) is not { } full || full.Key != process.Key)
        {
            return false;
        }

        process.Complete(full);
        return true;
    }

    private sealed record Recent(ProcessIdentity Process, IDescriptorList? Descriptors) : IDisposable
    {
        public void Dispose() => Descriptors?.Dispose();
    }
}
