using System.Management.Automation;
using ProcNet.Monitoring;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Ends traffic captures. What they counted stays readable in the capture object: give it to Get-ProcessTraffic or Get-TrafficFlow.
/// </summary>
[Cmdlet(
    VerbsLifecycle.Stop,
    "TrafficCapture",
    SupportsShouldProcess = true,
    DefaultParameterSetName = CaptureSet,
    HelpUri = HelpPages.Base + "Stop-TrafficCapture.md"
)]
[OutputType(typeof(TrafficCapture))]
public sealed class StopTrafficCaptureCommand : ProcNetCommand
{
    private const string CaptureSet = "Capture";
    private const string IdSet = "Id";

    /// <summary>
    /// Specifies the captures to end, as Start-TrafficCapture and Get-TrafficCapture give them. One that has ended already is no error.
    /// </summary>
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ParameterSetName = CaptureSet,
        HelpMessage = "A capture, as Start-TrafficCapture gives it."
    )]
    [ValidateNotNullOrEmpty]
    public TrafficCapture[]? InputObject { get; set; }

    /// <summary>
    /// Specifies the captures to end by their numbers. A number without a capture is an error
    /// (NoCaptureFoundForGivenId).
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet, HelpMessage = "The number of a capture, as Get-TrafficCapture shows it.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Binding.CaptureIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>Gives the captures that were ended. By default there is no output.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect()
    {
        foreach (TrafficCapture capture in ParameterSetName == CaptureSet ? InputObject! : CaptureLookup.ById(this, Id!))
        {
            if (ShouldProcess(capture.ToString(), "Stop"))
            {
                Stop(capture);
            }
        }
    }

    private void Stop(TrafficCapture capture)
    {
        // Stop looks for the last owners; Dispose alone would not.
        capture.Monitor.Stop();
        capture.Dispose();
        CaptureRegistry.Remove(capture);
        WriteNotices(capture.Notices);
        if (capture.Monitor.Failure is ProcNetException failure)
        {
            WriteFailure(failure);
        }

        if (PassThru)
        {
            WriteObject(capture);
        }
    }
}
