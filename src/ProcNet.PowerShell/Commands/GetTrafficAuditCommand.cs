using System.Management.Automation;
using ProcNet.Audits;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>Gets the audits that Register-TrafficAudit has made on this machine, with what systemd says of them.</summary>
[Cmdlet(VerbsCommon.Get, "TrafficAudit", HelpUri = HelpPages.Base + "Get-TrafficAudit.md")]
[OutputType(typeof(TrafficAudit))]
public sealed class GetTrafficAuditCommand : ProcNetCommand
{
    /// <summary>
    /// Specifies the audits by their names; wildcards are permitted. A name without an audit is an error
    /// (NoAuditFoundForGivenName).
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "The names of audits; wildcards are permitted.")]
    [PSDefaultValue(Help = "All audits")]
    [ArgumentCompleter(typeof(AuditNameCompleter))]
    [SupportsWildcards]
    [ValidateWildcard]
    public string[]? Name { get; set; }

    private protected override void Run()
    {
        List<TrafficAudit> audits = [.. new AuditRegistry(Services.ServiceManager).List()];
        foreach (string pattern in Name ?? ["*"])
        {
            var wanted = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
            List<TrafficAudit> found = audits.FindAll(audit => wanted.IsMatch(audit.Name));
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern))
            {
                WriteError(ErrorRecords.NotFound(nameof(Strings.NoAuditFoundForGivenName), pattern, pattern));
            }

            found.ForEach(WriteObject);
        }
    }
}
