using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>A PowerShell whose clocks are ahead of the machine's, by which the kernel's programs tell times and processes.</summary>
public sealed class TimeNamespaceTests
{
    private const string Send =
        "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.9', 0)); [(s.sendto(b'x' * 1000, ('127.0.0.1', 9)), time.sleep(0.01)) for i in range(200)]";

    [Fact]
    public void In_a_time_namespace_the_kernel_feed_names_the_same_processes()
    {
        Live.NeedsRoot();
        Assert.SkipUnless(File.Exists("/proc/self/timens_offsets"), "Linux has time namespaces since 5.6.");
        string shown = Pwsh.Run(
            """
            $script = @'
                Import-Module $args[0] -WarningAction Ignore
                if (-not (Test-ProcNet | Where-Object Name -eq KernelFeed).Available) { 'skip'; exit }
                $sender = Start-Process -PassThru python3 -ArgumentList '-c', "`"$($args[1])`""
                foreach ($source in 'Capture', 'Kernel') {
                    $row = Get-TrafficFlow -Source $source -Duration 0.7 -WarningAction Ignore | Where-Object { "$($_.LocalAddress)" -eq '127.0.0.9' -and $_.RemotePort -eq 9 }
                    "$source $($row.ProcessId -eq $sender.Id) $($row.Evidence) $($row.ProcessStartTime -gt (Get-Date).AddMinutes(-1))"
                }
            '@
            Set-Content "$([IO.Path]::GetTempPath())/procnet-time-$PID.ps1" $script
            unshare --time --boottime 86400 --monotonic 5000 --fork -- $pwsh -NoProfile -NonInteractive -File "$([IO.Path]::GetTempPath())/procnet-time-$PID.ps1" $module $send
            """,
            ("pwsh", Repository.PowerShell),
            ("send", Send)
        );
        Assert.SkipWhen(shown.Contains("skip", StringComparison.Ordinal), "There is no kernel feed here.");

        Assert.Equal(
            ["Capture True KernelFeed True", "Kernel True KernelFeed True"],
            shown.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }
}
