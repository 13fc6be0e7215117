using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>What the service of an audit runs, with the service's rights.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Capabilities = "-all,+net_raw,+net_admin,+bpf,+perfmon,+sys_ptrace";
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-audit-").FullName;

    private readonly string _place = $"/opt/procnet-test-{Guid.NewGuid():N}";

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(_place))
        {
            Directory.Delete(_place, recursive: true);
        }
    }

    [Fact]
    public async Task As_a_user_of_its_own_with_five_capabilities_it_names_others_processes()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        string database = Path.Combine(_folder, "history.db");
        Run("chmod", "777", _folder);

        string[] program = InstallForServices();
        using Process audit = Process.Start(
            new ProcessStartInfo(
                "setpriv",
                [
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    $"--inh-caps={Capabilities}",
                    $"--ambient-caps={Capabilities}",
                    $"--bounding-set={Capabilities}",
                    "--no-new-privs",
                    "env",
                    $"HOME={_folder}",
                    "NO_COLOR=1",
                    "POWERSHELL_TELEMETRY_OPTOUT=1",
                    "DOTNET_EnableDiagnostics=0",
                    .. program,
                    "-NoProfile",
                    "-NonInteractive",
                    "-File",
                    $"{_place}/ProcNet/audit.ps1",
                    "-Path",
                    database,
                    "-SampleInterval",
                    "1s",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> error = audit.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = audit.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        HistoryTests.WaitForRows(database, 3);
        Run("kill", "-TERM", $"{audit.Id}");
        Assert.True(audit.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal("", await error);

        JsonElement answer = Pwsh.RunJson(
            """
            $rows = @(Get-TrafficHistory $database | Where-Object ProcessId -EQ $id)
            $hours = Test-TrafficHistory $database
            @{ Bytes = [long]($rows | Measure-Object TotalBytes -Sum).Sum; Path = $rows[0].Path; Balanced = $hours.IsBalanced -notcontains $false
                Samples = [long]($hours | Measure-Object SampleCount -Sum).Sum } | ConvertTo-Json -Compress
            """,
            ("database", database),
            ("id", Environment.ProcessId)
        );

        Assert.True(answer.GetProperty("Bytes").GetInt64() > 0, await output);
        Assert.Equal(Environment.ProcessPath, answer.GetProperty("Path").GetString());
        Assert.True(answer.GetProperty("Balanced").GetBoolean());
        Assert.True(answer.GetProperty("Samples").GetInt64() >= 2);
    }

    [Fact]
    public void Without_systemd_the_line_of_cron_is_given_and_nothing_is_registered()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs this machine.");

        Live.NeedsRoot();
        string[] program = InstallForServices();
        using Process shell = Process.Start(
            new ProcessStartInfo(
                program[0],
                [
                    .. program[1..],
                    "-NoProfile",
                    "-NonInteractive",
                    "-Command",
                    $"Import-Module {_place}/ProcNet; Register-TrafficAudit -Name procnet-test -SampleInterval 1m; @(Get-TrafficAudit procnet-tes*).Count",
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        string shown = shell.StandardOutput.ReadToEnd();

        Assert.Contains("@reboot root setpriv --reuid=procnet-test", shown, StringComparison.Ordinal);
        Assert.Contains("-SampleInterval 60s", shown, StringComparison.Ordinal);
        Assert.EndsWith("0", shown.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Puts PowerShell and the module where a service may read them, as an installation does: those of the tests may be in somebody's home.
    /// </summary>
    /// <returns>What starts PowerShell.</returns>
    private string[] InstallForServices()
    {
        string home = Pwsh.Run("$PSHOME").Trim();
        Run("mkdir", "-p", _place);
        Run("cp", "-r", home, $"{_place}/pwsh");
        Run("cp", "-r", Repository.Module, $"{_place}/ProcNet");
        Run("chmod", "-R", "a+rX", _place);
        return File.Exists($"{_place}/pwsh/pwsh") ? [$"{_place}/pwsh/pwsh"] : ["/usr/bin/env", "dotnet", $"{_place}/pwsh/pwsh.dll"];
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
