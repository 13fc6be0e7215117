using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>Export-TrafficReport at the end of real pipelines.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-").FullName;

    private string Report => Path.Combine(_folder, "report.html");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_samples_from_a_measurement_it_has_the_process_the_totals_and_the_course()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        Pwsh.Run(
            """
            Get-TrafficFlow -SampleInterval 0.5 -MaxSamples 4 -Interface lo | Export-TrafficReport $report
            """,
            ("report", Report)
        );

        string page = File.ReadAllText(Report);
        Assert.Matches($@"<td class=""n"">{Environment.ProcessId}</td>", page);
        Assert.Contains("The account is balanced", page, StringComparison.Ordinal);
        Assert.Contains("rates are averages over it", page, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_and_totals_that_were_kept_in_a_file_give_the_report_that_the_live_ones_gave()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        string same = Pwsh.Run(
            """
            $rows = Get-ProcessTraffic -Duration 1 -Interface lo -StatisticsVariable totals
            $rows | Export-TrafficReport "$folder/live.html"
            $rows | Export-Clixml "$folder/rows.xml"
            $totals | Export-Clixml "$folder/totals.xml"
            Import-Clixml "$folder/rows.xml" | Export-TrafficReport "$folder/kept.html" -Statistics (Import-Clixml "$folder/totals.xml")
            Start-ThreadJob { Import-Module $using:module; $using:rows, $using:totals | Export-TrafficReport "$using:folder/job.html" } | Receive-Job -Wait
            (Get-FileHash "$folder/live.html", "$folder/kept.html", "$folder/job.html").Hash | Sort-Object -Unique | Measure-Object | ForEach-Object Count
            """,
            ("folder", _folder)
        );

        Assert.Equal("1", same.Trim());
    }

    [Fact]
    public void A_capture_that_runs_is_asked_for_its_conversations()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        string shown = Pwsh.Run(
            """
            $c = Start-TrafficCapture -Interface lo
            Start-Sleep 1
            $file = $c | Export-TrafficReport $report -PassThru
            Stop-TrafficCapture $c
            "$($file.FullName)"
            """,
            ("report", Report)
        );

        Assert.Equal(Report, shown.Trim());
        Assert.Contains("By remote end", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_is_kept_until_Force_says_otherwise()
    {
        File.WriteAllText(Report, "mine");
        PwshResult refused = Pwsh.Try("Get-ProcessTraffic -Path nowhere | Export-TrafficReport $report", ("report", Report));
        Assert.Contains("exists", refused.Error, StringComparison.Ordinal);
        Pwsh.Run("@() | Export-TrafficReport $report -WhatIf", ("report", Report));
        Pwsh.Try("@() | Export-TrafficReport $report -Force -NoClobber", ("report", Report));
        Pwsh.Try("'not a row' | Export-TrafficReport $report -Force -ErrorAction Stop", ("report", Report));
        Assert.Equal("mine", File.ReadAllText(Report));

        Pwsh.Run("@() | Export-TrafficReport $report -Force", ("report", Report));
        Assert.Contains("No row was given", File.ReadAllText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_pipeline_fails_no_file_is_left()
    {
        PwshResult result = Pwsh.Try(
            "& { [pscustomobject]@{ SentBytes = 1; ReceivedBytes = 2 }; throw 'ended' } | Export-TrafficReport $report",
            ("report", Report)
        );

        Assert.Contains("ended", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Report));
    }

    [Fact]
    public void Records_of_a_CSV_file_are_rows_too()
    {
        string[] lines =
        [
            "ProcessId,ProcessName,SentBytes,ReceivedBytes,FlowCount,Category,Timestamp,Duration,ComputerName",
            "7,curl,1000,2000,1,Process,2026-11-28T10:00:10.000000+01:00,10.5,web1",
            "7,curl,1000,2000,1,Process,2026-11-28T10:00:20.500000+01:00,10.5,web1",
        ];
        File.WriteAllLines(Path.Combine(_folder, "rows.csv"), lines);

        Pwsh.Run("Import-Csv (Join-Path $folder rows.csv) | Export-TrafficReport $report", ("folder", _folder), ("report", Report));

        string page = File.ReadAllText(Report);
        Assert.Contains("measured on web1", page, StringComparison.Ordinal);
        Assert.Contains("rates are averages over it", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was measured", page, StringComparison.Ordinal);
    }
}
