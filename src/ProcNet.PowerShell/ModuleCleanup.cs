using System.Management.Automation;
using ProcNet.Monitoring;

namespace ProcNet.PowerShell;

/// <summary>
/// Called by PowerShell when the module is removed. Importing has nothing to do: SharpPcap and libpcap wait for the first capture
/// (<see cref="Loading.Libraries"/>).
/// </summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <summary>Ends every capture that still runs.</summary>
    /// <param name="psModuleInfo">The module that is removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => CaptureRegistry.Clear();
}
