using ProcNet.Processes;

namespace ProcNet.Sockets;

/// <summary>Which processes hold which socket, from one walk through file descriptors, and who they are.</summary>
internal sealed class SocketOwners
{
    private readonly Dictionary<uint, int> _holders = [];
    private readonly Dictionary<uint, List<int>> _shared = [];
    private readonly Dictionary<int, ProcessIdentity?> _identities = [];
    private readonly ProcessReader _processes;

    /// <summary>Walks.</summary>
    /// <param name="processes">Lists and names processes; it must outlive this.</param>
    /// <param name="ids">The processes to walk; null for all.</param>
    /// <param name="notify">Takes the notice of processes that could not be read.</param>
    /// <param name="root">Where the process list is mounted.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The walk was cancelled.</exception>
    public SocketOwners(ProcessReader processes, IReadOnlySet<int>? ids, Action<Notice> notify, string root, CancellationToken cancellation)
    {
        _processes = processes;
        var all = new List<int>();
        if (ids is null)
        {
            processes.ListProcesses(all);
        }
        else
        {
            all.AddRange(ids);
        }

        all.Sort();
        using var descriptors = new DescriptorReader(processes, root);
        var sockets = new List<SocketDescriptor>();
        foreach (int id in all)
        {
            cancellation.ThrowIfCancellationRequested();
            descriptors.Read(id, sockets);
            foreach (SocketDescriptor socket in sockets)
            {
                Add(socket.Inode, id);
            }
        }

        UnreadableProcesses.Notify(descriptors.Denied, notify);
    }

    /// <summary>The process that holds a socket, of several the lowest id; null where none does that could be read.</summary>
    public int? HolderOf(uint inode) => inode != 0 && _holders.TryGetValue(inode, out int id) ? id : null;

    /// <summary>All that hold a socket, as ids with blanks between; null where fewer than two do.</summary>
    public string? SharersOf(uint inode) => _shared.TryGetValue(inode, out List<int>? ids) ? string.Join(' ', ids) : null;

    /// <summary>Who a process is; null where it has gone.</summary>
    public ProcessIdentity? IdentityOf(int id)
    {
        if (!_identities.TryGetValue(id, out ProcessIdentity? identity))
        {
            identity = _processes.ReadIdentity(id);
            _identities.Add(id, identity);
        }

        return identity;
    }

    // Ids come in ascending order; a process may hold a socket by several descriptors.
    private void Add(uint inode, int id)
    {
        if (_holders.TryAdd(inode, id) || _holders[inode] == id)
        {
            return;
        }

        if (!_shared.TryGetValue(inode, out List<int>? ids))
        {
            _shared.Add(inode, ids = [_holders[inode]]);
        }

        if (ids[^1] != id)
        {
            ids.Add(id);
        }
    }
}
