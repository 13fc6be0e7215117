using ProcNet.Processes;

namespace ProcNet.Sockets;

/// <summary>Which process holds which socket, from one walk through file descriptors: the lowest id where several do.</summary>
internal sealed class SocketOwners
{
    private readonly Dictionary<uint, int> _holders = [];
    private readonly Dictionary<int, string?> _names = [];
    private readonly ProcessReader _processes;

    /// <summary>Walks.</summary>
    /// <param name="processes">Lists and names processes; it must outlive this.</param>
    /// <param name="ids">The processes to walk; null for all.</param>
    /// <param name="notify">Takes the notice of processes that could not be read.</param>
    /// <param name="root">Where the process list is mounted.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The walk was cancelled.</exception>
    public SocketOwners(
        ProcessReader processes, IReadOnlySet<int>? ids, Action<Notice> notify, string root, CancellationToken cancellation)
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
        using var walker = new DescriptorWalker(root);
        var sockets = new List<SocketDescriptor>();
        int denied = 0;
        foreach (int id in all)
        {
            cancellation.ThrowIfCancellationRequested();
            sockets.Clear();
            denied += walker.Walk(id, sockets) == WalkStatus.Denied ? 1 : 0;
            foreach (SocketDescriptor socket in sockets)
            {
                _holders.TryAdd(socket.Inode, id);
            }
        }

        UnreadableProcesses.Notify(denied, notify);
    }

    /// <summary>The process that holds a socket; null where none does that could be read.</summary>
    public int? HolderOf(uint inode) => inode != 0 && _holders.TryGetValue(inode, out int id) ? id : null;

    /// <summary>The short name of a process; null where it has gone.</summary>
    public string? NameOf(int id)
    {
        if (!_names.TryGetValue(id, out string? name))
        {
            name = _processes.ReadName(id);
            _names.Add(id, name);
        }

        return name;
    }
}
