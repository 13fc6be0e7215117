using System.Globalization;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes process ids; the tooltip is the process's name.</summary>
internal sealed class ProcessIdCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        foreach ((int id, string name) in ProcessNames.Read())
        {
            yield return (id.ToString(CultureInfo.InvariantCulture), $"{id} {name}");
        }
    }
}
