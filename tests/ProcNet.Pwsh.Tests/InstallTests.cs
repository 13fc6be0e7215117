using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>
/// The module by its name, in a fresh pwsh: put there by <c>./build.sh Install</c>, and by Install-PSResource from a
/// repository.
/// </summary>
public sealed class InstallTests : IDisposable
{
    // Where PowerShell keeps a user's modules and repositories is under the home: the test has one of its own.
    private readonly string _home = Directory.CreateTempSubdirectory("procnet-install-").FullName;

    public void Dispose() => Directory.Delete(_home, true);

    [Fact]
    public void What_Install_puts_there_is_imported_by_name_and_Uninstall_takes_it_away()
    {
        Run("bash", Repository.PathOf("build.sh"), "Install");

        Assert.Equal(
            $"{Installed}\nTrue\n",
            InFreshPwsh("Import-Module ProcNet; (Get-Module ProcNet).ModuleBase; (Get-Command Get-ProcessTraffic).Source -eq 'ProcNet'")
        );

        Run("bash", Repository.PathOf("build.sh"), "Uninstall");

        Assert.Equal("0\n", InFreshPwsh("@(Get-Module ProcNet -ListAvailable).Count"));
    }

    [Fact]
    public void A_package_is_published_found_installed_and_measured_with()
    {
        Live.NeedsRoot();
        string repository = Directory.CreateDirectory(Path.Combine(_home, "repository")).FullName;
        string published = InFreshPwsh(
            $$"""
            Register-PSResourceRepository -Name Folder -Uri '{{repository}}' -Trusted
            Publish-PSResource -Path '{{Repository.Module}}' -Repository Folder
            $found = Find-PSResource -Name ProcNet -Repository Folder
            "$($found.Version)"; "$($found.Tags -contains 'Network')"; "$($found.LicenseUri)"; "$([bool]$found.ProjectUri)"; "$([bool]$found.ReleaseNotes)"
            Install-PSResource -Name ProcNet -Repository Folder
            """
        );

        Assert.Equal($"{Version}\nTrue\nhttps://opensource.org/license/mit\nTrue\nTrue\n", published);
        Assert.True(File.Exists($"{Installed}/lib/licenses/PacketDotNet.txt"));
        Assert.Equal(
            "True\n",
            InFreshPwsh(
                """
                Import-Module ProcNet
                $null = Get-ProcessTraffic -Duration 1 -Interface lo -StatisticsVariable totals | Sort-Object TotalBytes
                $totals.IsBalanced
                """
            )
        );
    }

    private static string Version { get; } =
        System
            .Text.RegularExpressions.Regex.Match(
                File.ReadAllText(Path.Combine(Repository.Module, "ProcNet.psd1")),
                @"ModuleVersion\s*=\s*'([^']+)'"
            )
            .Groups[1]
            .Value;

    private string Installed => $"{_home}/.local/share/powershell/Modules/ProcNet/{Version}";

    private string InFreshPwsh(string script) =>
        Run(
            Repository.PowerShell,
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; " + script
        );

    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = _home;
        start.Environment.Remove("XDG_DATA_HOME");
        start.Environment.Remove("XDG_CACHE_HOME");
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {output}{error.Result}");
        return output;
    }
}
