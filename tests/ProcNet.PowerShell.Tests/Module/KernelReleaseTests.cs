using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>However a measurement of the kernel's ends, its programs go with it.</summary>
public sealed class KernelReleaseTests
{
    // The control group programs alone: the others depend on the kernel.
    private const int Most = 9;

    [Theory]
    [InlineData("-KILL")]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public void A_signal_releases_the_kernel(string signal)
    {
        using Process shell = Start("Get-ProcessTraffic -Source Kernel -Duration 60");
        Assert.True(SpinWait.SpinUntil(() => LoadedPrograms.HeldBy(shell.Id).Count >= Most, 20_000), "The feed was not loaded.");
        HashSet<uint> programs = LoadedPrograms.HeldBy(shell.Id);

        Process.Start("kill", [signal, $"{shell.Id}"]).WaitForExit();

        Assert.True(shell.WaitForExit(10_000));
        Assert.True(LoadedPrograms.Go(programs));
    }

    [Fact]
    public void Removing_the_module_releases_the_kernel()
    {
        using Process shell = Start(
            "$null = Start-TrafficCapture -Source Kernel; [Console]::Out.WriteLine('started'); $null = [Console]::In.ReadLine(); Remove-Module ProcNet; [Console]::Out.WriteLine('removed'); $null = [Console]::In.ReadLine()"
        );
        Assert.Equal("started", shell.StandardOutput.ReadLine());
        HashSet<uint> programs = LoadedPrograms.HeldBy(shell.Id);
        Assert.NotEmpty(programs);

        shell.StandardInput.WriteLine();
        Assert.Equal("removed", shell.StandardOutput.ReadLine());

        Assert.True(LoadedPrograms.Go(programs));
        shell.StandardInput.Close();
        Assert.True(shell.WaitForExit(10_000));
    }

    private static Process Start(string command) =>
        Process.Start(
            new ProcessStartInfo("bash", [.. Repository.Run, command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
