namespace ProcNet.Pwsh.Tests;

/// <summary>Ctrl+C ends what measures, and what holds packets lets go of them.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 1h")]
    [InlineData("Get-ProcessTraffic -Continuous -SampleInterval 3600")]
    [InlineData("Get-TrafficFlow -Duration 1h")]
    public void Ctrl_C_ends_a_measurement_at_once(string command)
    {
        Live.NeedsRoot();
        using PwshProcess process = Pwsh.Start($"'begin'\n{command}\n'not reached'");
        process.WaitForLine("begin");
        WaitForPacketSocket(process.Id);

        process.Interrupt();
        PwshResult result = process.Wait(TimeSpan.FromSeconds(30));

        // The cmdlet's own share is bounded by 200 ms elsewhere; the rest is the end of PowerShell.
        Assert.True(result.Elapsed < TimeSpan.FromSeconds(3), result.ToString());
        Assert.DoesNotContain("not reached", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_that_is_stopped_closes_its_capture()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            function Count-PacketSockets {
                $packet = @(Get-Content /proc/net/packet | Select-Object -Skip 1 | ForEach-Object { "socket:[$(($_.Trim() -split '\s+')[-1])]" })
                @(Get-ChildItem /proc/$PID/fd -ErrorAction Ignore | Where-Object LinkTarget -In $packet).Count
            }
            $before = Count-PacketSockets
            $shell = [powershell]::Create()
            $null = $shell.AddCommand('Import-Module').AddArgument($module).AddStatement().AddScript('Get-ProcessTraffic -Duration 1h -Interface lo')
            $running = $shell.BeginInvoke()
            for ($i = 0; (Count-PacketSockets) -eq $before -and $i -lt 100; $i++) { Start-Sleep -Milliseconds 100 }
            $during = Count-PacketSockets
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $elapsed = $watch.ElapsedMilliseconds
            for ($i = 0; (Count-PacketSockets) -ne $before -and $i -lt 20; $i++) { Start-Sleep -Milliseconds 100 }
            "$($during -gt $before) $((Count-PacketSockets) -eq $before) $($elapsed -lt 1000)"
            """
        );

        Assert.Equal("True True True", shown.Trim());
    }

    /// <summary>Waits until the process captures: until one of its descriptors is a packet socket.</summary>
    private static void WaitForPacketSocket(int processId)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            HashSet<string> inodes =
            [
                .. File.ReadLines("/proc/net/packet").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]),
            ];
            if (Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Any(entry => IsOneOf(entry, inodes)))
            {
                return;
            }

            Thread.Sleep(100);
        }

        Assert.Fail("No packet socket was opened.");
    }

    private static bool IsOneOf(string descriptor, HashSet<string> inodes)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { Name: string name }
                && name.StartsWith("socket:[", StringComparison.Ordinal)
                && inodes.Contains(name["socket:[".Length..^1]);
        }
        catch (FileNotFoundException)
        {
            // Closed since it was listed.
            return false;
        }
    }
}
