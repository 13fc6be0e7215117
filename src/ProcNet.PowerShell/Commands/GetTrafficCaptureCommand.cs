using System.Management.Automation;
using ProcNet.Monitoring;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the traffic captures that Start-TrafficCapture began in this PowerShell process and Stop-TrafficCapture has not ended,
/// in the order of their start. One that ended at its duration, or failed, is still among them.
/// </summary>
[Cmdlet(VerbsCommon.Get, "TrafficCapture", HelpUri = HelpPages.Base + "Get-TrafficCapture.md")]
[OutputType(typeof(TrafficCapture))]
public sealed class GetTrafficCaptureCommand : ProcNetCommand
{
    /// <summary>
    /// Specifies the captures to get by their numbers. A number without a capture is an error
    /// (NoCaptureFoundForGivenId).
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "The number of a capture.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Binding.CaptureIdCompleter))]
    [PSDefaultValue(Help = "All captures")]
    public int[]? Id { get; set; }

    private protected override void Run() =>
        WriteObject(Id is null ? CaptureRegistry.List() : CaptureLookup.ById(this, Id), enumerateCollection: true);
}
