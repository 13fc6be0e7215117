using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>What <c>./build.sh Run</c> writes where, and how it ends.</summary>
public sealed class RunTests
{
    [Theory]
    [InlineData("\"one\"; \"two\"", "one\ntwo\n", 0)]
    [InlineData("[Console]::Out.WriteLine(\"one\"); \"two\"", "one\ntwo\n", 0)]
    [InlineData("exit 5", "", 5)]
    [InlineData("\"before\"; throw \"it went wrong\"", "before\n", 1)]
    [InlineData("Get-ProcessTraffic -Interface no-such-interface", "", 1)]
    [InlineData("Get-ProcSocket -Id 2147483647; \"after\"", "after\n", 0)]
    [InlineData("1, 2 | Sort-Object -Descending", "2\n1\n", 0)]
    [InlineData("Write-Warning \"warned\"; Write-Host \"told\"; \"out\" # a comment", "out\n", 0)]
    [InlineData("if (", "", 1)]
    public void Standard_output_has_the_output_and_nothing_else(string command, string output, int exitCode)
    {
        using Process host = Start(command);

        Assert.Equal(output, host.StandardOutput.ReadToEnd());
        host.WaitForExit();
        Assert.Equal(exitCode, host.ExitCode);
    }

    [Fact]
    public void What_is_piped_has_no_colours()
    {
        using Process host = Start("Test-ProcNet");

        string shown = host.StandardOutput.ReadToEnd();
        Assert.Contains("PacketCapture", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
    }

    [Fact]
    public void Two_hosts_write_into_one_file_one_after_the_other()
    {
        string file = Path.GetTempFileName();
        try
        {
            string run = string.Join(' ', Repository.Run.Prepend("bash"));
            using Process shell = Process.Start("bash", ["-c", $"{{ {run} '\"first\"'; {run} '\"second\"'; }} > {file}"]);
            shell.WaitForExit();

            Assert.Equal("first\nsecond\n", File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("INT", "")]
    [InlineData("TERM", "")]
    [InlineData("INT", "Get-ProcessTraffic -Duration 1h")]
    [InlineData("INT", "Get-ProcessTraffic -Continuous -SampleInterval 3600")]
    public void A_signal_ends_the_command_and_is_told(string signal, string command)
    {
        Assert.SkipWhen(command.Length > 0 && !Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        using Process host = Start($"\"begin\"; {command}; while ($true) {{ [Threading.Thread]::Sleep(20) }}");
        Assert.Equal("begin", host.StandardOutput.ReadLine());
        Thread.Sleep(command.Length > 0 ? 1500 : 100);

        Stopwatch watch = Stopwatch.StartNew();
        using Process kill = Process.Start("bash", ["-c", $"kill -{signal} {host.Id}"]);
        Assert.True(host.WaitForExit(TimeSpan.FromSeconds(30)));

        Assert.Equal(signal == "TERM" ? 143 : 1, host.ExitCode);
        // 200 ms where the machine is idle, and the end of the runtime on top.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_flow_lasts_as_long_as_it_lasts_when_the_clocks_are_put_back()
    {
        Assert.SkipUnless(File.Exists("/usr/share/zoneinfo/Europe/Berlin"), "No time zones are installed (tzdata).");
        string file = Path.GetTempFileName();
        try
        {
            // The last second of summer in Berlin, and two seconds later: one UDP packet each, in raw IP.
            byte[] packet = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 1, 0, 2, 0, 8, 0, 0];
            uint second = (uint)new DateTimeOffset(2025, 10, 26, 0, 59, 59, TimeSpan.Zero).ToUnixTimeSeconds();
            uint[] words = [0xA1B2C3D4, 0x00040002, 0, 0, 65535, 101];
            File.WriteAllBytes(file, [.. Bytes(words), .. Bytes(second, 0, 28, 28), .. packet, .. Bytes(second + 2, 0, 28, 28), .. packet]);

            using Process host = Start(
                $"$f = Get-TrafficFlow -LiteralPath '{file}'; \"$($f.CreationTime.Hour) $($f.LastPacketTime.Hour) $($f.Duration)\"",
                "Europe/Berlin"
            );

            Assert.Equal("2 2 00:00:02\n", host.StandardOutput.ReadToEnd());
        }
        finally
        {
            File.Delete(file);
        }

        static byte[] Bytes(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
    }

    [Fact]
    public void Without_libpcap_the_user_is_told_how_to_install_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Hiding libpcap needs root.");

        // In a mount namespace of its own, empty files stand where the library is.
        const string Hide =
            "for file in $(/sbin/ldconfig -p | sed -n 's/.*libpcap.* => //p'); do mount --bind /dev/null $file || exit 99; done; ";
        string run = $"exec bash {string.Join(' ', Repository.Run)} 'Start-TrafficCapture -Interface lo'";
        using Process shell = Process.Start(
            new ProcessStartInfo("unshare", ["--mount", "bash", "-c", Hide + run]) { RedirectStandardError = true }
        )!;

        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();

        Assert.StartsWith("Start-TrafficCapture:", error, StringComparison.Ordinal);
        Assert.Contains("libpcap is not installed, so packets cannot be captured.", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install libpcap0.8", error, StringComparison.Ordinal);
        Assert.Equal(1, shell.ExitCode);
    }

    [Theory]
    [InlineData("[Threading.Thread]::Sleep(300)")]
    [InlineData("exit 3")]
    [InlineData("throw 'it went wrong'")]
    public void A_capture_that_runs_when_the_session_ends_leaves_a_whole_file(string end)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        try
        {
            const string Send =
                "$socket = [Net.Sockets.UdpClient]::new(0); $null = $socket.Send([byte[]]::new(1000), 1000, '127.0.0.1', 40961); [Threading.Thread]::Sleep(100); ";
            using (Process host = Start($"$null = Start-TrafficCapture -Interface lo -Filter 'udp port 40961' -Path {file}; {Send}{end}"))
            {
                host.WaitForExit();
            }

            using Process reader = Start($"(Get-TrafficFlow -Path {file}).TotalBytes");
            Assert.Equal($"{1000 + 28}\n{1000 + 28}\n", reader.StandardOutput.ReadToEnd());
            Assert.Equal("", reader.StandardError.ReadToEnd());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void In_control_groups_of_its_own_the_kernel_feed_is_not_trusted_with_the_whole_machine()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A control group namespace needs root.");
        using Process shell = Process.Start(
            new ProcessStartInfo(
                "unshare",
                [
                    "--cgroup",
                    "bash",
                    .. Repository.Run,
                    "(Test-ProcNet | Where-Object Name -eq KernelFeed).Available; Get-ProcessTraffic -Source Kernel -Duration 1",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

        Assert.Equal("False\n", shell.StandardOutput.ReadToEnd());
        Assert.Contains("control groups of its own", shell.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    private static Process Start(string command, string? timeZone = null)
    {
        var start = new ProcessStartInfo("bash", [.. Repository.Run, command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (timeZone is not null)
        {
            start.Environment["TZ"] = timeZone;
        }

        return Process.Start(start)!;
    }
}
