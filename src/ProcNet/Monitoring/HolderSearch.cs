using System.Diagnostics;
using ProcNet.Attribution;
using ProcNet.Processes;

namespace ProcNet.Monitoring;

/// <summary>
/// Finds the processes that hold wanted sockets. Reading a descriptor costs 3 µs and cannot be had cheaper, so it reads few: first the
/// processes that owned the last finds, then those that started within the last second, and only then all, not too often.
/// </summary>
internal sealed class HolderSearch
{
    private const int RecentLimit = 32;
    private const long YoungMicroseconds = 1_000_000;
    private static readonly TimeSpan s_leastBetweenWalks = TimeSpan.FromMilliseconds(250);

    // A walk of everything may take a tenth of one processor at most.
    private const int WalkRestFactor = 10;

    private readonly IProcessTable _processes;
    private readonly SocketRegister _register;
    private readonly Lock _gate;
    private readonly List<int> _recent = [];
    private readonly List<int> _listed = new(1024);
    private readonly List<SocketDescriptor> _sockets = new(1024);
    private readonly Dictionary<int, long> _firstNoticed = [];
    private readonly Dictionary<int, ProcessIdentity> _identities = [];
    private readonly List<ProcessIdentity> _unfinished = [];
    private long _lastWalkEnd;
    private TimeSpan _lastWalkCost;

    /// <summary>Prepares a search.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="register">Says which sockets are wanted, and takes the finds.</param>
    /// <param name="gate">Held while the register is touched.</param>
    public HolderSearch(IProcessTable processes, SocketRegister register, Lock gate)
    {
        _processes = processes;
        _register = register;
        _gate = gate;
    }

    /// <summary>How many processes could not be read at the last look at all of them.</summary>
    public int UnreadableCount { get; private set; }

    /// <summary>Notes which processes there are, so that those that come later are known as young.</summary>
    public void Prepare()
    {
        // The first call of anything compiles it, which takes longer than a short connection lives: better now than at the first packet.
        Read(Environment.ProcessId, out _);
        if (Identify(Environment.ProcessId) is not null)
        {
            CompleteIdentities();
        }

        long now = Clock.Now;
        _processes.ListProcesses(_listed);
        foreach (int id in _listed)
        {
            _firstNoticed.TryAdd(id, now - (2 * YoungMicroseconds));
        }
    }

    /// <summary>Looks for the holders of wanted sockets.</summary>
    /// <param name="mustFinish">Whether to look at every process now if it takes that; else only when it was not done lately.</param>
    /// <param name="mayBeShared">
    /// Whether to look at every process, unless it was done lately, though a holder of each socket is known: forked and passed sockets have more.
    /// </param>
    public void Search(bool mustFinish, bool mayBeShared = false)
    {
        Find(mustFinish, mayBeShared);
        CompleteIdentities();
    }

    private void Find(bool mustFinish, bool mayBeShared)
    {
        LookAtRecent();
        if (!mayBeShared && !AnyWanted())
        {
            return;
        }

        ListYoungFirst(out int young);
        for (int i = 0; i < young && AnyWanted(); i++)
        {
            LookAt(_listed[i]);
        }

        bool isDue = Stopwatch.GetElapsedTime(_lastWalkEnd) > s_leastBetweenWalks
            && Stopwatch.GetElapsedTime(_lastWalkEnd) > _lastWalkCost * WalkRestFactor;
        if (AnyWanted() ? mustFinish || isDue : mayBeShared && isDue)
        {
            LookAtAll();
        }
    }

    private bool AnyWanted()
    {
        lock (_gate)
        {
            return _register.Wanted.Count > 0;
        }
    }

    private void LookAtRecent()
    {
        for (int i = _recent.Count - 1; i >= 0 && AnyWanted(); i--)
        {
            if (Read(_recent[i], out _) != WalkStatus.Read)
            {
                _recent.RemoveAt(i);
            }
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
        foreach (int id in _listed)
        {
            if (LookAt(id) == WalkStatus.Denied)
            {
                unreadable++;
            }
        }

        UnreadableCount = unreadable;
        _lastWalkCost = Stopwatch.GetElapsedTime(start);
        _lastWalkEnd = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _register.GiveUpWanted(startedAt, Clock.Now, sawAll: unreadable == 0 && _processes.HasAll);
        }
    }

    private WalkStatus LookAt(int id)
    {
        WalkStatus status = Read(id, out bool foundWanted);
        if (foundWanted && !_recent.Contains(id))
        {
            if (_recent.Count == RecentLimit)
            {
                _recent.RemoveAt(0);
            }

            _recent.Add(id);
        }

        return status;
    }

    private WalkStatus Read(int id, out bool foundWanted)
    {
        foundWanted = false;
        WalkStatus status = _processes.ReadSockets(id, _sockets);
        if (status != WalkStatus.Read)
        {
            return status;
        }

        long now = Clock.Now;
        ProcessIdentity? process = null;
        foreach (SocketDescriptor socket in _sockets)
        {
            bool isWanted;
            lock (_gate)
            {
                isWanted = _register.IsWanted(socket.Inode);
                if (!isWanted && !_register.IsKnown(socket.Inode))
                {
                    continue;
                }
            }

            process ??= Identify(id);
            if (process is null)
            {
                return WalkStatus.Gone;
            }

            foundWanted |= isWanted;
            lock (_gate)
            {
                _register.SeeHolder(socket.Inode, process, now);
            }
        }

        return status;
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
            if (_processes.ReadIdentity(process.Key.Id) is { } full && full.Key == process.Key)
            {
                process.Complete(full);
            }
        }

        _unfinished.Clear();
    }
}
