namespace ProcNet.Pwsh.Tests;

/// <summary>Measurements run in jobs.</summary>
public sealed class JobTests : IDisposable
{
    private readonly LoopbackTraffic _traffic = new();

    public void Dispose() => _traffic.Dispose();

    [Fact]
    public void A_thread_job_gives_the_objects_themselves()
    {
        Live.NeedsRoot();
        JsonElement result = RunJson(
            """
            $job = Start-ThreadJob -ScriptBlock {
                Import-Module $using:module
                Get-ProcessTraffic -Duration 2 -Interface lo -Filter "tcp port $using:port"
            }
            $row = $job | Receive-Job -Wait -AutoRemoveJob | Where-Object ProcessId -EQ $testProcess
            [ordered]@{ Type = $row.GetType().FullName; Equal = $row.SentBytes -eq $row.ReceivedBytes; Some = $row.SentBytes -gt 1000 } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal("""{"Type":"ProcNet.ProcessTraffic","Equal":true,"Some":true}""", result.GetRawText());
    }

    [Fact]
    public void A_job_in_another_process_gives_copies_with_the_same_properties()
    {
        Live.NeedsRoot();
        JsonElement result = RunJson(
            """
            $job = Start-Job -ScriptBlock {
                Import-Module $using:module
                Get-ProcessTraffic -Duration 2 -Interface lo -Filter "tcp port $using:port"
            }
            $row = $job | Receive-Job -Wait -AutoRemoveJob | Where-Object ProcessId -EQ $testProcess
            [ordered]@{
                Type      = $row.PSObject.TypeNames[0]
                Sent      = $row.SentBytes.GetType().Name
                Timestamp = $row.Timestamp.GetType().Name
                Duration  = $row.Duration.GetType().Name
                Category  = "$($row.Category)"
                Evidence  = "$($row.Evidence)" -match $evidence
                Equal     = $row.SentBytes -eq $row.ReceivedBytes
            } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal(
            """{"Type":"Deserialized.ProcNet.ProcessTraffic","Sent":"Int64","Timestamp":"DateTime","Duration":"TimeSpan","Category":"Process","Evidence":true,"Equal":true}""",
            result.GetRawText()
        );
    }

    [Fact]
    public void A_thread_job_sees_the_captures_of_its_process()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $c = Start-TrafficCapture -Interface lo
            $found = Start-ThreadJob -ScriptBlock { Import-Module $using:module; (Get-TrafficCapture).Id } | Receive-Job -Wait -AutoRemoveJob
            $c | Stop-TrafficCapture
            $found -eq $c.Id
            """
        );

        Assert.Equal("True", shown.Trim());
    }

    [Fact]
    public void A_job_that_is_stopped_ends_its_measurement_at_once()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $job = Start-ThreadJob -ScriptBlock { Import-Module $using:module; Get-ProcessTraffic -Duration 1h }
            Start-Sleep -Seconds 2
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $job | Stop-Job
            "$($job.State) $($watch.Elapsed.TotalSeconds -lt 1)"
            """
        );

        Assert.Equal("Stopped True", shown.Trim());
    }

    private JsonElement RunJson(string script) =>
        Pwsh.RunJson(script, ("port", _traffic.Port), ("testProcess", Environment.ProcessId), ("evidence", Live.SureEvidence));
}
