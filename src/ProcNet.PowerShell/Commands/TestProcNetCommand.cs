using System.Management.Automation;
using ProcNet.Capabilities;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Tests what works on this machine for this user: capturing packets, naming the owners of all sockets, and what else
/// makes the answers faster or fuller. Each row says what it costs where something does not work, and what mends it.
/// With -SelfTest it measures known traffic instead, and says how far off each source is.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ProcNet", HelpUri = HelpPages.Base + "Test-ProcNet.md")]
[OutputType(typeof(CapabilityResult), typeof(SelfTestResult))]
public sealed class TestProcNetCommand : ProcNetCommand
{
    /// <summary>
    /// Makes known traffic, on loopback and in a network namespace that is made for it and ends with the test, measures it with a capture
    /// and with the kernel feed, and gives a row for each case: what was expected, measured, and given to the right process. It takes root,
    /// about ten seconds, and leaves nothing behind.
    /// </summary>
    [Parameter(HelpMessage = "Measure known traffic, and say how far off each source is.")]
    public SwitchParameter SelfTest { get; set; }

    private protected override void Run()
    {
        if (SelfTest)
        {
            foreach (SelfTestResult result in new SelfTest(Services.CaptureLibrary, Services.Host, Notify).Run(StopToken))
            {
                WriteNotices();
                WriteObject(result);
            }

            return;
        }

        foreach (ICapabilityProbe probe in CapabilityProbes.All(Services.CaptureLibrary))
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(probe.Probe());
        }
    }
}
