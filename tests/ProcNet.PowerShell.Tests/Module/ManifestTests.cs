using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>The manifest of the staged module, as Test-ModuleManifest reads it.</summary>
public class ManifestTests
{
    [Fact]
    public void The_manifest_names_every_cmdlet_and_nothing_else()
    {
        PSModuleInfo module = ReadManifest();

        Assert.Equal(
            [
                "ConvertTo-TrafficRecord",
                "Export-TrafficHistory",
                "Export-TrafficReport",
                "Get-NetConnectionInode",
                "Get-ProcessTraffic",
                "Get-ProcSocket",
                "Get-TrafficAudit",
                "Get-TrafficCapture",
                "Get-TrafficFlow",
                "Get-TrafficHistory",
                "Measure-ProcessTraffic",
                "Register-TrafficAudit",
                "Remove-TrafficHistory",
                "Show-ProcessTraffic",
                "Start-TrafficCapture",
                "Stop-TrafficCapture",
                "Test-ProcNet",
                "Test-TrafficHistory",
                "Unregister-TrafficAudit",
            ],
            module.ExportedCmdlets.Keys.Order(StringComparer.OrdinalIgnoreCase)
        );
        Assert.Empty(module.ExportedFunctions);
        Assert.Empty(module.ExportedAliases);
        Assert.Empty(module.ExportedVariables);
    }

    [Fact]
    public void The_manifest_asks_for_the_supported_PowerShell()
    {
        PSModuleInfo module = ReadManifest();

        Assert.Equal(new Version(7, 6), module.PowerShellVersion);
        Assert.Equal(["Core"], module.CompatiblePSEditions);
    }

    [Fact]
    public void The_version_of_the_manifest_is_that_of_the_assemblies()
    {
        Version built = typeof(ProcSocket).Assembly.GetName().Version!;

        Assert.Equal(new Version(built.Major, built.Minor, built.Build), ReadManifest().Version);
    }

    private static PSModuleInfo ReadManifest()
    {
        using var shell = System.Management.Automation.PowerShell.Create(InitialSessionState.CreateDefault2());
        shell.AddCommand("Test-ModuleManifest").AddArgument(Path.Combine(Repository.Module, "ProcNet.psd1"));
        Collection<PSObject> found = shell.Invoke();
        Assert.Empty(shell.Streams.Error);
        return (PSModuleInfo)Assert.Single(found).BaseObject;
    }
}
