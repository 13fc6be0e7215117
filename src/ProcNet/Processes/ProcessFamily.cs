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
    private readonly HashSet<int> _members = [];
    private readonly HashSet<int> _strangers = [];
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
        _strangers.UnionWith(present);
        _strangers.Remove(Environment.ProcessId);
        _isReaper = LibC.Prctl(SetChildSubreaper, 1, 0, 0, 0) == 0;
        _members.Add(Environment.ProcessId);
        _thread = new Thread(Watch) { IsBackground = true, Name = "ProcNet family" };
        ResourceShortage.StartThread(_thread);
    }

    /// <summary>Whether the kernel tells of each process, however short it lives.</summary>
    public bool IsExact => _events is not null;

    /// <summary>Whether a process belongs to the family.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="parentId">Its parent when it was first seen; null where it is not known.</param>
    public bool Has(int processId, int? parentId)
    {
        lock (_gate)
        {
            return _members.Contains(processId) || (!_strangers.Contains(processId) && parentId is int parent && _members.Contains(parent));
        }
    }

    /// <summary>The descendants that still live.</summary>
    public IReadOnlyList<ProcessIdentity> ListLiving()
    {
        lock (_gate)
        {
            Search();
            List<ProcessIdentity> living = [];
            foreach (int member in _members)
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

    private void Note(int parent, int child)
    {
        if (_members.Contains(parent))
        {
            _members.Add(child);
        }
        else
        {
            // The id of a member that has ended comes back as a stranger's: what it sent before stays the member's only by its start.
            _members.Remove(child);
            _strangers.Add(child);
        }
    }

    /// <summary>Reads the list: whose parent belongs to the family does too.</summary>
    private void Search()
    {
        List<int> present = [];
        _processes.ListProcesses(present);
        bool any = true;
        while (any)
        {
            any = false;
            foreach (int id in present)
            {
                if (!_members.Contains(id) && !_strangers.Contains(id) && _processes.ReadBrief(id) is { } process)
                {
                    if (_members.Contains(process.ParentId))
                    {
                        _members.Add(id);
                        any = true;
                    }
                }
            }
        }
    }
}
