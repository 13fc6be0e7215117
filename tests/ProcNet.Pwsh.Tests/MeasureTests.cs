namespace ProcNet.Pwsh.Tests;

/// <summary>Measure-ProcessTraffic: a datagram of 1,000 bytes is 1,028 bytes of IP, whoever sends it.</summary>
public sealed class MeasureTests
{
    private const string Send =
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); [s.sendto(b'x' * 1000, ('127.0.0.1', 9)) for i in range(5)]";

    // The parent ends at once; the grandchild has a session of its own and the first process as its parent.
    private const string Daemonise =
        "import os, time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\ntime.sleep(0.5)\n" + Send;

    [Theory]
    [InlineData(Send)]
    [InlineData("import subprocess, sys; subprocess.run([sys.executable, '-c', \"" + Send + "\"])")]
    [InlineData(Daemonise)]
    public void What_a_program_and_its_descendants_send_is_exact(string program)
    {
        Live.NeedsRoot();
        JsonElement shown = Pwsh.RunJson(
            """
            $rows = @(Measure-ProcessTraffic -FilePath python3 -ArgumentList '-c', $program -SummaryVariable sum 6>$null)
            @{ Names = @($rows.ProcessName -replace '\d.*'); Sent = [long]($rows | Measure-Object SentBytes -Sum).Sum; Sum = $sum.SentBytes; ExitCode = $sum.ExitCode
               IsTimed = $sum.Duration.TotalSeconds -gt 0 } | ConvertTo-Json -Compress
            """,
            ("program", program)
        );

        Assert.Equal("""["python"]""", shown.GetProperty("Names").GetRawText());
        Assert.Equal(
            (5140, 5140, 0),
            (shown.GetProperty("Sent").GetInt64(), shown.GetProperty("Sum").GetInt64(), shown.GetProperty("ExitCode").GetInt32())
        );
        Assert.True(shown.GetProperty("IsTimed").GetBoolean());
    }

    [Fact]
    public void A_script_block_runs_in_the_present_scope_and_counts_as_this_PowerShell()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $rows = Measure-ProcessTraffic {
                $set = 'here'
                $client = [System.Net.Sockets.UdpClient]::new()
                1..5 | ForEach-Object { $null = $client.Send([byte[]]::new(1000), 1000, '127.0.0.1', 9) }
                'not shown'
            } 6>$null
            "$set $($rows.ProcessId -eq $PID) $($rows.SentBytes)"
            """
        );

        Assert.Equal("here True 5140", shown.Trim());
    }

    [Fact]
    public void A_program_that_is_not_there_is_an_error()
    {
        Live.NeedsRoot();
        PwshResult result = Pwsh.Try("Measure-ProcessTraffic -FilePath no-such-program-at-all");

        Assert.Contains("Cannot run 'no-such-program-at-all'", result.Error, StringComparison.Ordinal);
    }
}
