using ProcNet.Audits;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes the names of audits.</summary>
internal sealed class AuditNameCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        foreach (TrafficAudit audit in new AuditRegistry(Services.ServiceManager).List())
        {
            yield return (audit.Name, $"{audit.Name}: {audit.State}");
        }
    }
}
