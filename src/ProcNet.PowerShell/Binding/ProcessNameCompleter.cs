using ProcNet.Processes;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes process names; the tooltip says how many processes have the name.</summary>
internal sealed class ProcessNameCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        SortedDictionary<string, int> counts = new(StringComparer.OrdinalIgnoreCase);
        foreach ((int _, string name) in ProcessNames.Read())
        {
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        foreach ((string name, int count) in counts)
        {
            yield return (name, count == 1 ? name : $"{name}: {count} processes");
        }
    }
}
