using System.Management.Automation;
using ProcNet.Capabilities;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Tests what works on this machine for this user: capturing packets, naming the owners of all sockets, and what else
/// makes the answers faster or fuller. Each row says what it costs where something does not work, and what mends it.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ProcNet", HelpUri = HelpPages.Base + "Test-ProcNet.md")]
[OutputType(typeof(CapabilityResult))]
public sealed class TestProcNetCommand : ProcNetCommand
{
    private protected override void Run()
    {
        foreach (ICapabilityProbe probe in CapabilityProbes.All(Services.CaptureLibrary))
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(probe.Probe());
        }
    }
}
