using ProcNet.Linux.Namespaces;

namespace ProcNet.Processes;

/// <summary>Which process holds which socket: the walk through file descriptors, as records, process by process.</summary>
internal static class ProcSocketReader
{
    /// <summary>Reads the sockets that this machine's processes hold.</summary>
    /// <inheritdoc cref="Read(ProcSocketQuery, Action{Notice}, string, CancellationToken)"/>
    public static IEnumerable<ProcSocket> Read(ProcSocketQuery query, Action<Notice> notify, CancellationToken cancellation = default) =>
        Read(query, notify, DescriptorReader.LiveRoot, cancellation);

    /// <summary>Reads the sockets that processes hold.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="notify">Takes at most one notice, at the end: how many processes could not be read.</param>
    /// <param name="root">Where the process list is mounted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The rows, each process's as soon as it is read. Processes and descriptors that go away meanwhile are left out.</returns>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static IEnumerable<ProcSocket> Read(
        ProcSocketQuery query,
        Action<Notice> notify,
        string root,
        CancellationToken cancellation = default
    )
    {
        using var processes = new ProcessReader(root);
        using var descriptors = new DescriptorReader(processes, root);
        var ids = new List<int>();
        if (query.ProcessIds is { } wanted)
        {
            ids.AddRange(wanted);
        }
        else
        {
            processes.ListProcesses(ids);
        }

        if (root == DescriptorReader.LiveRoot && (query.NetworkNamespace is not null || AreSeveral(processes, ids)))
        {
            // A process may hold sockets of another namespace than its own.
            descriptors.WantNamespaces();
        }

        var sockets = new List<SocketDescriptor>();
        foreach (int id in ids)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsWanted(query, processes, id))
            {
                continue;
            }

            descriptors.Read(id, sockets);
            Keep(sockets, query.Inodes);
            if (sockets.Count == 0 || processes.ReadIdentity(id) is not { } identity)
            {
                continue;
            }

            foreach (SocketDescriptor socket in sockets)
            {
                ProcSocket record = ToRecord(identity, socket);
                if (query.NetworkNamespace is null || record.NetworkNamespace == query.NetworkNamespace)
                {
                    yield return record;
                }
            }
        }

        UnreadableProcesses.Notify(descriptors.Denied, notify);
    }

    private static bool IsWanted(ProcSocketQuery query, ProcessReader processes, int id) =>
        query.NameMatches is null || (processes.ReadName(id) is { } name && query.NameMatches(name));

    /// <summary>Whether this machine has more than one network namespace, by its processes and by names.</summary>
    private static bool AreSeveral(ProcessReader processes, List<int> ids)
    {
        if (NetworkNamespaceNames.List().Count > 0)
        {
            return true;
        }

        long? first = processes.ReadNetworkNamespace(Environment.ProcessId);
        return ids.Exists(id => processes.ReadNetworkNamespace(id) is { } other && other != first);
    }

    private static void Keep(List<SocketDescriptor> sockets, IReadOnlySet<long>? inodes)
    {
        if (inodes is null)
        {
            return;
        }

        int kept = 0;
        for (int i = 0; i < sockets.Count; i++)
        {
            if (inodes.Contains(sockets[i].Inode))
            {
                sockets[kept++] = sockets[i];
            }
        }

        sockets.RemoveRange(kept, sockets.Count - kept);
    }

    private static ProcSocket ToRecord(ProcessIdentity identity, SocketDescriptor socket) =>
        new()
        {
            ProcessId = identity.Key.Id,
            ProcessName = identity.Name,
            UserName = identity.UserName,
            FileDescriptor = socket.FileDescriptor,
            Inode = socket.Inode,
            NetworkNamespace = socket.NetworkNamespace != 0 ? socket.NetworkNamespace : identity.NetworkNamespace,
            Container = identity.Container,
            CommandLine = identity.CommandLine,
            ParentId = identity.KnownParentId,
            Unit = identity.Unit,
            Slice = identity.Slice,
            Path = identity.ExecutablePath,
            ProcessStartTime = identity.StartTime,
        };
}
