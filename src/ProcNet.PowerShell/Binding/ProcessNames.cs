using ProcNet.Processes;

namespace ProcNet.PowerShell.Binding;

/// <summary>The processes to offer at tab time.</summary>
internal static class ProcessNames
{
    /// <summary>The ids and names of all processes, by id.</summary>
    public static IEnumerable<(int Id, string Name)> Read()
    {
        using IProcessTable processes = Services.Host.OpenProcessTable();
        List<int> ids = [];
        processes.ListProcesses(ids);
        foreach (int id in ids)
        {
            if (processes.ReadIdentity(id) is ProcessIdentity process)
            {
                yield return (id, process.Name);
            }
        }
    }
}
