using System.Management.Automation;
using ProcNet.History;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>What the cmdlets share that work on a history.</summary>
public abstract class TrafficHistoryCommand : ProcNetCommand
{
    private protected TrafficHistoryCommand() { }

    /// <summary>
    /// Specifies the history's file. The default is /var/lib/procnet/history.db for root; for others procnet/history.db in their data
    /// folder (~/.local/share). Who reads, and has none of their own, reads the machine's.
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "The history's file.")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The file.</summary>
    /// <param name="fallback">The file where none was named.</param>
    private protected string? ResolvePath(string fallback) => Path is null ? fallback : ProviderPath.ResolveLiteral(this, Path);
}
