using System.Management.Automation;
using ProcNet.History;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Removes what a history has of the time before a moment: of the last day to the minute, before that to the hour. What is removed is
/// overwritten, and the file becomes smaller. It may be written meanwhile.
/// </summary>
[Cmdlet(
    VerbsCommon.Remove,
    "TrafficHistory",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Base + "Remove-TrafficHistory.md"
)]
public sealed class RemoveTrafficHistoryCommand : TrafficHistoryCommand
{
    /// <summary>Specifies the moment before which all goes: a date, or how long ago it is (7d, 12h); 0 for all until now.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The moment before which all goes: a date, or how long ago (7d).")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [MomentTransformation]
    public DateTime Before { get; set; }

    private protected override void Run()
    {
        if (ResolvePath(HistoryPath.ToRead) is string path && ShouldProcess(path, $"Remove what was measured before {Before:g}"))
        {
            HistoryRemoval removed = Services.History().Remove(path, Before.ToUniversalTime());
            WriteVerbose($"{removed.Hours} whole hours were removed; the file is {removed.FreedBytes} bytes smaller.");
        }
    }
}
