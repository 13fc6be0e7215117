namespace ProcNet.Processes;

/// <summary>The names of all processes of now, for completion and for checks of what the user typed.</summary>
internal static class ProcessNames
{
    /// <summary>Gives the id and the short name of every process; those that end meanwhile are left out.</summary>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    public static IEnumerable<(int Id, string Name)> Read(string root = "/proc")
    {
        using var reader = new ProcessReader(root);
        var ids = new List<int>();
        reader.ListProcesses(ids);
        foreach (int id in ids)
        {
            if (reader.ReadName(id) is { } name)
            {
                yield return (id, name);
            }
        }
    }
}
