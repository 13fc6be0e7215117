using System.Diagnostics;

namespace ProcNet.Pwsh.Tests;

/// <summary>Histories as their user has them: written by one pwsh, read by another.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-history-").FullName;

    private string Database => Path.Combine(_folder, "history.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_service_is_stopped_by_its_signal_and_a_second_writer_says_who_the_first_is()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        using PwshProcess writer = Start();
        WaitForRows(2);

        PwshResult second = Pwsh.Try(
            "Get-ProcessTraffic -Interface lo -SampleInterval 1 -MaxSamples 1 | Export-TrafficHistory $database",
            ("database", Database)
        );
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"Another process writes the history", second.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);

        Signal("TERM");
        writer.Wait(TimeSpan.FromSeconds(20));
        JsonElement hour = Pwsh.RunJson(
            """
            $hours = Test-TrafficHistory $database
            $rows = Get-TrafficHistory $database -Interval 1s
            @{ Balanced = (@($hours.IsBalanced) -notcontains $false); Samples = [long]($hours | Measure-Object SampleCount -Sum).Sum; Bytes = [long]($hours | Measure-Object AccountedBytes -Sum).Sum
                Rows = [long]($rows | Measure-Object TotalBytes -Sum).Sum } | ConvertTo-Json -Compress
            """,
            ("database", Database)
        );

        Assert.True(hour.GetProperty("Balanced").GetBoolean());
        Assert.True(hour.GetProperty("Samples").GetInt32() >= 3);
        Assert.True(hour.GetProperty("Bytes").GetInt64() > 0);
        Assert.Equal(hour.GetProperty("Bytes").GetInt64(), hour.GetProperty("Rows").GetInt64());

        // That the end was meant is known to the next one.
        string reasons = Pwsh.Run(
            "Get-ProcessTraffic -Interface lo -SampleInterval 1 -MaxSamples 1 | Export-TrafficHistory $database; (Test-TrafficHistory $database).Reason",
            ("database", Database)
        );
        Assert.Contains("it had been stopped", reasons, StringComparison.Ordinal);
    }

    [Fact]
    public void After_kill_9_the_next_one_goes_on_and_the_gap_is_known()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        using (PwshProcess writer = Start())
        {
            WaitForRows(2);
            Signal("KILL");
            writer.Wait(TimeSpan.FromSeconds(20));
        }

        // Longer than what counts as no gap.
        Thread.Sleep(1500);
        JsonElement after = Pwsh.RunJson(
            """
            Get-ProcessTraffic -Interface lo -SampleInterval 1 -MaxSamples 2 | Export-TrafficHistory $database
            @{ Reason = (Test-TrafficHistory $database).Reason -join ' '; Balanced = (Test-TrafficHistory $database).IsBalanced -notcontains $false } | ConvertTo-Json -Compress
            """,
            ("database", Database)
        );

        Assert.Contains(
            "the process that measured had ended without a word",
            after.GetProperty("Reason").GetString(),
            StringComparison.Ordinal
        );
        Assert.True(after.GetProperty("Balanced").GetBoolean());
    }

    [Fact]
    public void Rows_survive_files_and_jobs_and_go_to_csv_and_json()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        JsonElement answer = Pwsh.RunJson(
            """
            $rows = Get-ProcessTraffic -Interface lo -SampleInterval 1 -MaxSamples 2
            $rows | Export-Clixml "$folder/rows.xml"
            Import-Clixml "$folder/rows.xml" | Export-TrafficHistory $database
            $rows | Export-TrafficHistory "$folder/direct.db" -IncludeRemote
            $rows | ConvertTo-TrafficRecord | Export-Csv "$folder/records.csv"
            # A record's duration is a number of seconds, a whole one too.
            $records = Import-Csv "$folder/records.csv" | ForEach-Object { $_.Duration = '2'; $_ }
            $records | Export-TrafficHistory "$folder/records.db"
            Get-TrafficHistory $database | Export-Csv "$folder/rows.csv"
            Get-TrafficHistory $database | ConvertTo-TrafficRecord | ConvertTo-Json | Set-Content "$folder/rows.json"
            $sum = { param($rows) [long]($rows | Measure-Object TotalBytes -Sum).Sum }
            @{ Live = & $sum $rows; Saved = & $sum (Get-TrafficHistory $database); Direct = & $sum (Get-TrafficHistory "$folder/direct.db")
                Csv = & $sum (Import-Csv "$folder/rows.csv"); Json = & $sum (Get-Content -Raw "$folder/rows.json" | ConvertFrom-Json)
                Records = & $sum (Get-TrafficHistory "$folder/records.db")
                Measured = (Test-TrafficHistory "$folder/records.db" | ForEach-Object { $_.Measured.TotalSeconds } | Measure-Object -Sum).Sum
                Reason = (Test-TrafficHistory $database).Reason -join ' ' } | ConvertTo-Json -Compress
            """,
            ("folder", _folder),
            ("database", Database)
        );

        Assert.InRange(answer.GetProperty("Measured").GetDouble(), 2, 4);
        long live = answer.GetProperty("Live").GetInt64();
        Assert.True(live > 0);
        Assert.All(["Saved", "Direct", "Csv", "Json", "Records"], name => Assert.Equal(live, answer.GetProperty(name).GetInt64()));
        Assert.Contains("came without the measurement's account", answer.GetProperty("Reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_one_clear_error_each()
    {
        string[] lines = Pwsh.Run(
                """
                $ErrorActionPreference = 'Continue'
                function Show([scriptblock] $script) { $e = $null; try { & $script 2>&1 | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { $e = $_ } } } catch { $e = $_ }; $e.FullyQualifiedErrorId.Split(',')[0] }
                Set-Content "$folder/text.db" ('#' * 5000)
                Show { Get-TrafficHistory "$folder/none.db" }
                Show { Get-TrafficHistory "$folder/text.db" }
                Show { Get-Process | Select-Object -First 1 | Export-TrafficHistory "$folder/new.db" }
                Show { Get-TrafficHistory "$folder/new.db" -GroupBy Remote }
                Show { Get-TrafficHistory "$folder/new.db" -Interval 0 }
                Show { Test-TrafficHistory $folder }
                """,
                ("folder", _folder)
            )
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            ["FileNotFound", "NotAHistory", "NotARowOfProcesses", "HistoryLacksGroup", "ParameterArgumentValidationError", "PathIsAFolder"],
            lines
        );
    }

    /// <summary>Sends a signal to the process that writes: the history names it, and the one that was started may be its parent.</summary>
    private void Signal(string signal)
    {
        using Process kill = Process.Start("bash", ["-c", $"kill -{signal} $(grep -oE '[0-9]+' '{Database}-writer' | head -n 1)"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private PwshProcess Start() =>
        Pwsh.Start(
            "Get-ProcessTraffic -Interface lo -Continuous -SampleInterval 1 | Export-TrafficHistory $database",
            ("database", Database)
        );

    private void WaitForRows(int samples) => WaitForRows(Database, samples);

    /// <summary>Waits until a history has so many samples.</summary>
    internal static void WaitForRows(string database, int samples) =>
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Thread.Sleep(200);
                    return File.Exists(database) && Count(database) >= samples;
                },
                TimeSpan.FromSeconds(60)
            ),
            "No samples were written."
        );

    // While it is made it is no history yet.
    private static long Count(string database) =>
        Pwsh.RunJson(
                "try { [long](Test-TrafficHistory $database | Measure-Object SampleCount -Sum).Sum } catch { if ($_.FullyQualifiedErrorId -notlike 'NotAHistory*') { throw }; 0 }",
                ("database", database)
            )
            .GetInt64();
}
