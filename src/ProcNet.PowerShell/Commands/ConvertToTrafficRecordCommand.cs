using System.Management.Automation;
using ProcNet.PowerShell.Display;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Makes of any row of this module a record for machines: text and numbers only, which ConvertTo-Json, Export-Csv and databases take as
/// they are. Times are ISO 8601 with their zone and microseconds, durations are seconds, addresses and names of categories are text. Each
/// record has the name of the host. Rows that come out of a job, remoting or Import-Clixml are taken too.
/// </summary>
[Cmdlet(VerbsData.ConvertTo, "TrafficRecord", HelpUri = HelpPages.Base + "ConvertTo-TrafficRecord.md")]
[OutputType(typeof(PSObject))]
public sealed class ConvertToTrafficRecordCommand : ProcNetCommand
{
    /// <summary>Specifies the rows, as the cmdlets of this module give them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, HelpMessage = "Rows, as the cmdlets of this module give them.")]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Specifies properties to leave out, by name. Wildcards are permitted.</summary>
    [Parameter(HelpMessage = "Properties to leave out; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [Binding.ValidateWildcard]
    public string[]? ExcludeProperty { get; set; }

    private protected override void Collect() => WriteObject(TrafficRecord.Of(InputObject!, ExcludeProperty ?? []));
}
