using ProcNet.Linux.Namespaces;
using ProcNet.Processes;

namespace ProcNet.Sockets;

/// <summary>A network namespace whose tables are to be read.</summary>
/// <param name="Inode">Its inode; null where it is not readable.</param>
/// <param name="Members">Processes in it, to enter it by; null for the namespace of this process, which needs none.</param>
/// <param name="Path">Another way in, where no process is in it.</param>
/// <param name="IsRequired">Whether it was asked for by its inode, so that it is an error where it has gone.</param>
internal sealed record NetworkNamespaceTarget(long? Inode, IReadOnlyList<int>? Members, string? Path, bool IsRequired)
{
    /// <summary>Chooses the namespaces that a query asks for.</summary>
    /// <exception cref="ProcNetException">One of them does not exist.</exception>
    public static IReadOnlyList<NetworkNamespaceTarget> Choose(NetConnectionQuery query, ProcessReader processes)
    {
        long? own = processes.ReadNetworkNamespace(Environment.ProcessId);
        if (!query.AllNetworkNamespaces && query.NetworkNamespaces is null)
        {
            return [new NetworkNamespaceTarget(own, null, null, false)];
        }

        Dictionary<long, List<int>> existing = NetworkNamespaceList.Read(processes);
        var targets = new List<NetworkNamespaceTarget>();
        if (query.NetworkNamespaces is { } chosen)
        {
            foreach (NamespaceReference reference in chosen)
            {
                List<int> members = existing.GetValueOrDefault(reference.Inode) ?? [];
                targets.Add(new NetworkNamespaceTarget(reference.Inode, reference.Inode == own ? null : members, reference.Path, true));
            }
        }
        else
        {
            foreach ((long inode, List<int> members) in existing.OrderBy(pair => pair.Key))
            {
                targets.Add(new NetworkNamespaceTarget(inode, inode == own ? null : members, null, false));
            }
        }

        return targets;
    }

    /// <summary>Opens its tables by the first process that is still in it.</summary>
    /// <returns>Null where all have gone meanwhile.</returns>
    /// <exception cref="ProcNetException">It was asked for and has gone.</exception>
    public SocketTableReader? Open(Action<Notice> notify)
    {
        if (Members is null)
        {
            return new SocketTableReader(notify);
        }

        foreach (int member in Members)
        {
            try
            {
                return new SocketTableReader(notify, member);
            }
            catch (ProcNetException exception) when (exception.Error == ProcNetError.SocketTableUnavailable)
            {
                // That process has ended; another may be there still.
            }
        }

        if (Path is not null && Members.Count == 0)
        {
            return new SocketTableReader(notify, namespacePath: Path);
        }

        return IsRequired ? throw Missing(Inode!.Value) : null;
    }

    private static ProcNetException Missing(long inode) =>
        new(
            ProcNetError.NetworkNamespaceUnavailable,
            $"No process that this user may see is in a network namespace {inode}.",
            "'lsns -t net' lists the namespaces and their processes; to see other users' ones, run as root.",
            inode
        );
}
