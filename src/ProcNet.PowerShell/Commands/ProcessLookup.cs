using System.Management.Automation;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Commands;

/// <summary>Tells the user of processes that were named and do not exist, as Get-Process does. A wildcard may match nothing.</summary>
internal static class ProcessLookup
{
    /// <summary>Writes an error for each name and id that no process has.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="names">The names; null for none.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="seenNames">Names of processes that were met and may have ended since.</param>
    public static void ReportMissing(
        Cmdlet cmdlet,
        ProcessNamePatterns? names,
        IReadOnlyCollection<int> ids,
        IReadOnlyCollection<string> seenNames
    )
    {
        if (ids.Count == 0 && names?.Missing(seenNames).Any() != true)
        {
            return;
        }

        Dictionary<int, string> processes = ProcessNames.Read().ToDictionary(process => process.Id, process => process.Name);
        foreach (string name in names?.Missing([.. seenNames, .. processes.Values]) ?? [])
        {
            cmdlet.WriteError(ErrorRecords.NotFound(nameof(Strings.NoProcessFoundForGivenName), name, name));
        }

        foreach (int id in ids)
        {
            if (!processes.ContainsKey(id))
            {
                cmdlet.WriteError(ErrorRecords.NotFound(nameof(Strings.NoProcessFoundForGivenId), id, id));
            }
        }
    }
}
