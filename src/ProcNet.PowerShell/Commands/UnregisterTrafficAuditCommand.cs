using System.Management.Automation;
using ProcNet.Audits;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>Stops an audit and removes its unit. Its history stays, unless -RemoveHistory says that it goes too.</summary>
[Cmdlet(
    VerbsLifecycle.Unregister,
    "TrafficAudit",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Base + "Unregister-TrafficAudit.md"
)]
public sealed class UnregisterTrafficAuditCommand : ProcNetCommand
{
    /// <summary>
    /// Specifies the audits by their names, also from the pipeline. A name without an audit is an error
    /// (NoAuditFoundForGivenName).
    /// </summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The names of audits.")]
    [ArgumentCompleter(typeof(AuditNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Removes the audit's folder under /var/lib with its history too.</summary>
    [Parameter(HelpMessage = "Remove the history too.")]
    public SwitchParameter RemoveHistory { get; set; }

    private protected override void Collect()
    {
        var registry = new AuditRegistry(Services.ServiceManager);
        List<TrafficAudit> audits = [.. registry.List()];
        foreach (string name in Name!)
        {
            if (audits.Find(audit => audit.Name == name) is not { } found)
            {
                WriteError(ErrorRecords.NotFound(nameof(Strings.NoAuditFoundForGivenName), name, name));
            }
            else if (
                ShouldProcess(
                    found.UnitPath,
                    Messages.Format(RemoveHistory ? nameof(Strings.UnregisterAuditAndHistory) : nameof(Strings.UnregisterAudit))
                )
            )
            {
                registry.Unregister(found, RemoveHistory);
            }
        }
    }
}
