using ProcNet.Linux.Namespaces;
using ProcNet.Processes;

namespace ProcNet.Sockets;

/// <summary>The network namespaces that running processes are in, and those that have a name.</summary>
internal static class NetworkNamespaceList
{
    /// <summary>
    /// Gives the ids of the processes in each namespace, by the namespace's inode. Processes that may not be read are left
    /// out.
    /// </summary>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    public static Dictionary<long, List<int>> Read(ProcessReader processes)
    {
        var ids = new List<int>();
        processes.ListProcesses(ids);
        var found = new Dictionary<long, List<int>>();
        foreach (int id in ids)
        {
            if (processes.ReadNetworkNamespace(id) is { } inode)
            {
                if (!found.TryGetValue(inode, out List<int>? members))
                {
                    found.Add(inode, members = []);
                }

                members.Add(id);
            }
        }

        return found;
    }

    // As many ways as are worth keeping: health checks that live for milliseconds may be the first of a namespace's processes.
    private const int MostPaths = 16;

    /// <summary>Gives the ways into each namespace: processes that are in it, the longest-lived ids first, and its name.</summary>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    public static IReadOnlyList<NamespaceReference> ReadReferences()
    {
        using var processes = new ProcessReader();
        var found = new Dictionary<long, NamespaceReference>();
        foreach ((long inode, List<int> members) in Read(processes))
        {
            members.Sort();
            found.Add(
                inode,
                new NamespaceReference(inode, PathOf(members[0]), members[0])
                {
                    OtherPaths = [.. members.Skip(1).Take(MostPaths).Select(PathOf)],
                }
            );
        }

        foreach (string path in NetworkNamespaceNames.List())
        {
            // A socket may be held by a process that has left the namespace, so one without processes matters too.
            if (NetworkNamespace.TryReadInode(path, out long inode))
            {
                found[inode] = found.TryGetValue(inode, out NamespaceReference? known)
                    ? known with
                    {
                        OtherPaths = [path, .. known.OtherPaths],
                    }
                    : new NamespaceReference(inode, path, null);
            }
        }

        return [.. found.Values];
    }

    private static string PathOf(int processId) => $"/proc/{processId}/ns/net";
}
