using ProcNet.Linux;
using ProcNet.Linux.Native;

namespace ProcNet.Processes;

/// <summary>
/// A process and all that descend from it, also those that have left their parents (daemons), from a moment on. The kernel tells of each
/// new process where the rights allow it; else the list of processes is read again and again, and orphans come to this process
/// (PR_SET_CHILD_SUBREAPER).
/// </summary>
internal sealed class ProcessFamily : IDisposable
{
    private const int SetChildSubreaper = 36;
    private const int DoNotHang = 1; // WNOHANG
    private const int PollMilliseconds = 10;

    private readonly Lock _gate = new();
    private readonly ProcessLineage _lineage;
    private HashSet<int> _present;
    private readonly WakeEvent _wake = new();
    private readonly ForkEvents? _events = ForkEvents.TryOpen();
    private readonly IProcessTable _processes;
    private readonly bool _isReaper;
    private readonly Thread _thread;
    private volatile bool _isOver;

    /// <summary>Begins. What this process starts from now on belongs to the family.</summary>
    /// <param name="processes">The processes of the system; the family's own from now on.</param>
    public ProcessFamily(IProcessTable processes)
    {
        _processes = processes;
        List<int> present = [];
        processes.ListProcesses(present);
        _lineage = new ProcessLineage(Environment.ProcessId, present);
        _present = [.. present];
        _isReaper = LibC.Prctl(SetChildSubreaper, 1, 0, 0, 0) == 0;
        _thread = new Thread(Watch) { IsBackground = true, Name = "ProcNet family" };
        ResourceShortage.StartThread(_thread);
    }

    /// <summary>Whether the kernel tells of each process, however short it lives.</summary>
    public bool IsExact => _events is not null;

    /// <summary>Whether a process belongs to the family.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="startTime">When it started, local time, since its id may have been another's before or after; null where that is not
    /// known.</param>
    /// <param name="parentId">Its parent when it was first seen; null where it is not known.</param>
    public bool Has(int processId, DateTime? startTime, int? parentId)
    {
        lock (_gate)
        {
            return _lineage.Has(processId, startTime is { } start ? Clock.ToMicroseconds(start) : null, parentId);
        }
    }

    /// <summary>The descendants that still live.</summary>
    public IReadOnlyList<ProcessIdentity> ListLiving()
    {
        lock (_gate)
        {
            Search();
            List<ProcessIdentity> living = [];
            foreach (int member in _lineage.Members)
            {
                // A zombie has nothing more to send: it is only not yet waited for.
                if (
                    member != Environment.ProcessId
                    && _processes.ReadIdentity(member) is { } identity
                    && !(identity.ExecutablePath is null && LibC.WaitPid(member, 0, DoNotHang) == member)
                    && identity.ExecutablePath is not null
                )
                {
                    living.Add(identity);
                }
            }

            return living;
        }
    }

    /// <summary>Ends the watch. What is known of the family stays.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _wake.Signal();
        _thread.Join();
        if (_isReaper)
        {
            _ = LibC.Prctl(SetChildSubreaper, 0, 0, 0, 0);
        }

        _events?.Dispose();
        _processes.Dispose();
        _wake.Dispose();
    }

    private void Watch()
    {
        var poll = new PollSet(_events is null ? [] : [_events.Descriptor], _wake);
        while (!_isOver)
        {
            poll.Wait(_events is null ? PollMilliseconds : -1);
            lock (_gate)
            {
                if (_events is null || !_events.Read(Note))
                {
                    Search();
                }
            }
        }
    }

    private void Note(int parent, int child, long time)
    {
        _lineage.Note(parent, child, time);
        _present.Add(child);
    }

    /// <summary>Reads the list: whose parent belongs to the family does too. An id that was away in between is another process.</summary>
    private void Search()
    {
        List<int> listed = [];
        _processes.ListProcesses(listed);
        HashSet<int> now = [.. listed];
        List<ProcessIdentity> added = [];
        foreach (int id in listed)
        {
            if (!_present.Contains(id) && _processes.ReadBrief(id) is { } process)
            {
                added.Add(process);
            }
        }

        // Parents before their children.
        foreach (
            ProcessIdentity process in added.OrderBy(static process => process.Key.StartTicks).ThenBy(static process => process.Key.Id)
        )
        {
            _lineage.Note(process.ParentId, process.Key.Id, process.StartedAt);
        }

        now.RemoveWhere(id => !_present.Contains(id) && !added.Exists(process => process.Key.Id == id));
        _present = now;
    }
}
