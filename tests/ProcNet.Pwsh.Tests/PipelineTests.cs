namespace ProcNet.Pwsh.Tests;

/// <summary>Measurements go through the pipelines that people write.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly LoopbackTraffic _traffic = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-").FullName;

    public void Dispose()
    {
        _traffic.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Ten_seconds_are_measured_and_sorted()
    {
        Live.NeedsRoot();
        JsonElement result = RunJson(
            """
            $started = [DateTime]::Now
            $rows = Get-ProcessTraffic -Duration 10 | Sort-Object TotalBytes
            $elapsed = ([DateTime]::Now - $started).TotalSeconds
            ConvertTo-Json -Compress -InputObject @{
                Elapsed = $elapsed
                Totals  = @($rows.TotalBytes)
                Ids     = @($rows.ProcessId)
            }
            """
        );

        Assert.InRange(result.GetProperty("Elapsed").GetDouble(), 10, 15);
        long[] totals = [.. result.GetProperty("Totals").EnumerateArray().Select(total => total.GetInt64())];
        Assert.Equal(totals.Order(), totals);
        Assert.Contains(
            Environment.ProcessId,
            result.GetProperty("Ids").EnumerateArray().Where(id => id.ValueKind == JsonValueKind.Number).Select(id => id.GetInt32())
        );
    }

    [Fact]
    public void A_measurement_goes_to_csv_and_back()
    {
        Live.NeedsRoot();
        JsonElement row = RunJson(
            """
            $rows = @(Get-ProcessTraffic -Duration 2 -Interface lo -Filter "tcp port $port")
            $rows | Export-Csv -Path $folder/traffic.csv
            $back = @(Import-Csv -Path $folder/traffic.csv)
            if ($back.Count -ne $rows.Count) { throw "$($rows.Count) rows became $($back.Count)." }
            $back | Where-Object ProcessId -EQ $testProcess | ConvertTo-Json -Compress
            """
        );

        long sent = Number(row, "SentBytes");
        Assert.True(sent > 1000, $"{sent}");
        // Both ends are this process: what it sent it received.
        Assert.Equal(sent, Number(row, "ReceivedBytes"));
        Assert.Equal(2 * sent, Number(row, "TotalBytes"));
        Assert.Equal("Process", row.GetProperty("Category").GetString());
        Assert.Matches(Live.SureEvidence, row.GetProperty("Evidence").GetString()!);
        Assert.Equal("Capture", row.GetProperty("Source").GetString());
        Assert.Equal("False", row.GetProperty("HasExited").GetString());
    }

    [Fact]
    public void A_measurement_goes_to_clixml_and_back_with_its_types()
    {
        Live.NeedsRoot();
        JsonElement result = RunJson(
            """
            Get-TrafficFlow -Duration 2 -Interface lo -Filter "tcp port $port" | Export-Clixml -Path $folder/flows.xml
            $flow = Import-Clixml -Path $folder/flows.xml | Where-Object LocalPort -EQ $port
            [ordered]@{
                Type          = $flow.PSObject.TypeNames[0]
                LocalAddress  = $flow.LocalAddress.GetType().FullName
                Address       = "$($flow.LocalAddress)"
                ReceivedBytes = $flow.ReceivedBytes.GetType().FullName
                CreationTime  = $flow.CreationTime.GetType().FullName
                Duration      = $flow.Duration.GetType().FullName
                ProcessId     = $flow.ProcessId
                Evidence      = $flow.Evidence.ToString() -match $evidence
            } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal(
            $$"""{"Type":"Deserialized.ProcNet.TrafficFlow","LocalAddress":"System.Net.IPAddress","Address":"127.0.0.1","ReceivedBytes":"System.Int64","CreationTime":"System.DateTime","Duration":"System.TimeSpan","ProcessId":{{Environment.ProcessId}},"Evidence":true}""",
            result.GetRawText()
        );
    }

    [Fact]
    public void A_measurement_becomes_json()
    {
        Live.NeedsRoot();
        JsonElement rows = RunJson(
            """Get-ProcessTraffic -Duration 2 -Interface lo -Filter "tcp port $port" | ConvertTo-Json -Compress -AsArray"""
        );

        JsonElement row = rows.EnumerateArray()
            .Single(row =>
                row.GetProperty("ProcessId") is { ValueKind: JsonValueKind.Number } id && id.GetInt32() == Environment.ProcessId
            );
        Assert.Equal(
            row.GetProperty("TotalBytes").GetInt64(),
            row.GetProperty("SentBytes").GetInt64() + row.GetProperty("ReceivedBytes").GetInt64()
        );
        Assert.Equal(row.GetProperty("SentPackets").GetInt64(), row.GetProperty("ReceivedPackets").GetInt64());
    }

    [Fact]
    public void Flows_become_json_with_their_addresses()
    {
        Live.NeedsRoot();
        // ConvertTo-Json writes the parts of an address, not its text: the way over text is the one that the help shows.
        JsonElement rows = RunJson(
            """Get-TrafficFlow -Duration 2 -Interface lo -Filter "tcp port $port" | ConvertTo-Csv | ConvertFrom-Csv | ConvertTo-Json -Compress -AsArray"""
        );

        JsonElement row = rows.EnumerateArray().Single(row => row.GetProperty("LocalPort").GetString() == $"{_traffic.Port}");
        Assert.Equal("127.0.0.1", row.GetProperty("LocalAddress").GetString());
        Assert.Equal($"{_traffic.ClientPort}", row.GetProperty("RemotePort").GetString());
        Assert.Equal("Tcp", row.GetProperty("Protocol").GetString());
    }

    [Theory]
    [InlineData(
        "Get-ProcessTraffic -Duration 2 -Interface lo -Filter \"tcp port $port\" | Format-Table",
        "ProcessId     Sent Received    Total"
    )]
    [InlineData(
        "Get-ProcessTraffic -Duration 2 -Interface lo -Filter \"tcp port $port\" | Format-Table -Property ProcessId, SentBytes, ReceivedBytes",
        "ProcessId SentBytes ReceivedBytes"
    )]
    [InlineData("Get-ProcessTraffic -Duration 2 -Interface lo -Filter \"tcp port $port\"", "ProcessId     Sent Received    Total")]
    public void A_measurement_is_shown_as_a_table(string script, string header)
    {
        Live.NeedsRoot();
        string[] lines = Run(script).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Assert.StartsWith(header, lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith($"{Environment.ProcessId} ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_sample_is_enough_for_who_asks_for_no_more()
    {
        Live.NeedsRoot();
        PwshResult result = Try(
            """Get-ProcessTraffic -Continuous -SampleInterval 1 -Interface lo -Filter "tcp port $port" | Select-Object -First 1 -ExpandProperty ProcessId"""
        );

        Assert.Equal($"{Environment.ProcessId}", result.Output.Trim());
        Assert.True(result.Elapsed < TimeSpan.FromSeconds(20), result.ToString());
    }

    [Fact]
    public void Processes_from_the_pipeline_are_the_rows_that_are_shown()
    {
        Live.NeedsRoot();
        string shown = Run("""(Get-Process -Id $testProcess, $PID | Get-ProcessTraffic -Duration 2).ProcessId""");

        Assert.Equal($"{Environment.ProcessId}", shown.Trim());
    }

    [Fact]
    public void The_statistics_are_in_the_variable_that_was_named()
    {
        Live.NeedsRoot();
        JsonElement totals = RunJson(
            """
            $rows = Get-ProcessTraffic -Duration 2 -Interface lo -Filter "tcp port $port" -StatisticsVariable totals
            [ordered]@{
                IsBalanced = $totals.IsBalanced
                Bytes      = $totals.Bytes
                LocalBytes = $totals.LocalBytes
                Accounted     = $totals.AccountedBytes
                Rows       = ($rows | Measure-Object -Property TotalBytes -Sum).Sum
            } | ConvertTo-Json -Compress
            """
        );

        Assert.True(totals.GetProperty("IsBalanced").GetBoolean());
        long bytes = totals.GetProperty("Bytes").GetInt64();
        Assert.True(bytes > 1000, totals.GetRawText());
        // All of it is loopback: each byte is counted twice.
        Assert.Equal(bytes, totals.GetProperty("LocalBytes").GetInt64());
        Assert.Equal(2 * bytes, totals.GetProperty("Accounted").GetInt64());
        Assert.Equal(2 * bytes, totals.GetProperty("Rows").GetDouble());
    }

    private JsonElement RunJson(string script) => Pwsh.RunJson(script, Variables);

    private string Run(string script) => Pwsh.Run(script, Variables);

    private PwshResult Try(string script) => Pwsh.Try(script, Variables);

    private (string, object)[] Variables =>
        [("port", _traffic.Port), ("folder", _folder), ("testProcess", Environment.ProcessId), ("evidence", Live.SureEvidence)];

    private static long Number(JsonElement row, string property) =>
        long.Parse(row.GetProperty(property).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
