using ProcNet.Processes;

namespace ProcNet.Connections;

/// <summary>The network namespaces that running processes are in.</summary>
internal static class NetworkNamespaceList
{
    /// <summary>Gives the ids of the processes in each namespace, by the namespace's inode. Processes that may not be read are left out.</summary>
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
}
