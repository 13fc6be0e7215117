using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ProcNet.Audits;

namespace ProcNet.Tests.Audits;

/// <summary>What is written for systemd and for cron, as those read it.</summary>
public sealed class AuditUnitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Systemd_takes_the_unit_and_finds_it_secure(bool hasKernelFeed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        string path = Path.Combine(_folder, "procnet-audit.service");
        File.WriteAllText(path, AuditUnit.Write(Audit() with { HasKernelFeed = hasKernelFeed }));

        (int code, string said) = Run("systemd-analyze", "verify", path);
        Assert.Equal((0, ""), (code, said));

        (_, string judged) = Run("systemd-analyze", "security", "--offline=true", "--no-pager", path);
        Match level = Regex.Match(judged, @"Overall exposure level for \S+: (\d+\.\d+)");
        Assert.True(level.Success, judged);
        Assert.InRange(double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture), 0, 2.0);
    }

    [Fact]
    public void The_rights_are_those_that_measuring_takes()
    {
        string unit = AuditUnit.Write(Audit());

        Assert.Contains(
            "\nAmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN CAP_BPF CAP_PERFMON CAP_SYS_PTRACE\n",
            unit,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\nCapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN CAP_BPF CAP_PERFMON CAP_SYS_PTRACE\n",
            unit,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("CAP_SYS_ADMIN", unit, StringComparison.Ordinal);
        string without = AuditUnit.Write(Audit() with { HasKernelFeed = false });
        Assert.Contains(
            "\nCapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH\n",
            without,
            StringComparison.Ordinal
        );
        Assert.Contains("\nSystemCallFilter=sched_setaffinity\n", without, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_is_known_again()
    {
        string unit = AuditUnit.Write(Audit() with { Name = "blue", NetworkNamespacePath = "/run/netns/blue" });

        Assert.Equal(("/var/lib/blue/history.db", "/run/netns/blue"), AuditUnit.Read(unit));
        Assert.Equal(("/var/lib/procnet/history.db", null), AuditUnit.Read(AuditUnit.Write(Audit())));
        Assert.Null(AuditUnit.Read("[Service]\nExecStart=/usr/bin/pwsh\n"));
        Assert.Contains("\nNetworkNamespacePath=/run/netns/blue\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nStateDirectory=blue\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void Strange_paths_reach_the_program_as_they_are()
    {
        const string Script = "/opt/my module/100%/a$b'c\"d.ps1";
        AuditDefinition audit = Audit() with { PowerShell = ["/bin/printf", "%s\\n"], Script = Script };

        // As sh(1) reads it; cron itself takes the backslash before a percent sign away.
        string line = AuditUnit.WriteCronLine(audit).Split('\n')[^1];
        string command = line[line.IndexOf("/bin/printf", StringComparison.Ordinal)..].Replace("\\%", "%", StringComparison.Ordinal);
        Assert.Contains(Script, Run("sh", "-c", command).Output.Split('\n'));
        string unit = AuditUnit.Write(audit);
        Assert.Contains("\"/opt/my module/100%%/a$$b'c\\\"d.ps1\"", unit, StringComparison.Ordinal);
    }

    internal static AuditDefinition Audit() =>
        new()
        {
            Name = AuditDefinition.DefaultName,
            PowerShell = ["/bin/true"],
            Script = "/usr/local/share/powershell/Modules/ProcNet/audit.ps1",
            SampleInterval = TimeSpan.FromSeconds(10),
            Retention = TimeSpan.FromDays(30),
            MaximumSize = 200L << 20,
            MaximumMemory = 400L << 20,
            HasKernelFeed = true,
        };

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["SYSTEMD_COLORS"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
