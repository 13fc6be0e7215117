using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>The scripts of docs/recipes do what their pages say.</summary>
public sealed class RecipeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-recipe-").FullName;

    [Fact]
    public void Audits_that_overlap_keep_all_rows_and_the_top_talker_is_found()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        JsonElement answer = Pwsh.RunJson(
            """
            $env:PSModulePath = "$(Split-Path $module)$([IO.Path]::PathSeparator)$env:PSModulePath"
            $pwsh = (Get-Process -Id $PID).Path
            $jobs = 1..2 | ForEach-Object { Start-Job { param($script, $folder) & $script -Folder $folder -Interval 1 -Samples 2 -Interface lo } -ArgumentList "$recipes/Save-TrafficAudit.ps1", $folder }
            $null = $jobs | Wait-Job; $jobs | Receive-Job
            $files = Get-ChildItem $folder -Filter *.csv
            $rows = $files | ForEach-Object { Import-Csv $_ }
            $top = & "$recipes/Get-TopTalker.ps1" -Folder $folder -After ([DateTimeOffset]::Now.AddMinutes(-5)) -First 1
            @{ Files = $files.Count; Samples = ($rows | Select-Object Timestamp -Unique).Count; Zones = @($rows | Where-Object Timestamp -notmatch 'T.*[+-]\d\d:\d\d$').Count
                Host = $rows[0].ComputerName; Top = $top.SentBytes; Sum = [long] ($rows | Where-Object { $_.Owner -eq $top.Owner -and $_.Path -eq $top.Path } | Measure-Object SentBytes -Sum).Sum } | ConvertTo-Json -Compress
            """,
            ("folder", _folder),
            ("recipes", Repository.PathOf("docs/recipes"))
        );

        Assert.Equal(
            (2, 4, 0, Environment.MachineName),
            (
                answer.GetProperty("Files").GetInt32(),
                answer.GetProperty("Samples").GetInt32(),
                answer.GetProperty("Zones").GetInt32(),
                answer.GetProperty("Host").GetString()
            )
        );
        Assert.True(answer.GetProperty("Top").GetInt64() > 0);
        Assert.Equal(answer.GetProperty("Sum").GetInt64(), answer.GetProperty("Top").GetInt64());
    }

    [Fact]
    public void A_refused_run_leaves_its_error()
    {
        JsonElement row = Pwsh.RunJson(
            """
            $env:PSModulePath = "$(Split-Path $module)$([IO.Path]::PathSeparator)$env:PSModulePath"
            $null = & "$recipes/Save-TrafficAudit.ps1" -Folder $folder -Interface no-such-interface -Interval 1 -Samples 1
            Get-ChildItem $folder -Filter *.csv | ForEach-Object { Import-Csv $_ } | ConvertTo-Json -Compress
            """,
            ("folder", _folder),
            ("recipes", Repository.PathOf("docs/recipes"))
        );

        Assert.Equal("Refused", row.GetProperty("Category").GetString());
        Assert.Contains("no-such-interface", row.GetProperty("Reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_measurements_are_compared()
    {
        JsonElement rows = Pwsh.RunJson(
            """
            $row = { param($group, $rate) [pscustomobject]@{ Group = $group; SentRate = $rate; ReceivedRate = 1.0 } }
            (& $row /usr/bin/web 10.0), (& $row /usr/bin/old 3.0) | Export-Clixml "$folder/before.xml"
            (& $row /usr/bin/web 30.0), (& $row /usr/bin/new 4.0) | Export-Clixml "$folder/after.xml"
            & "$recipes/Compare-Deployment.ps1" "$folder/before.xml" "$folder/after.xml" | ConvertTo-Json -Compress
            """,
            ("folder", _folder),
            ("recipes", Repository.PathOf("docs/recipes"))
        );

        Assert.Equal(
            [("/usr/bin/web", 20.0), ("/usr/bin/new", 5.0), ("/usr/bin/old", -4.0)],
            rows.EnumerateArray().Select(row => (row.GetProperty("Group").GetString()!, row.GetProperty("Change").GetDouble()))
        );
    }

    [Fact]
    public void The_largest_of_a_night_are_found_in_a_history_and_what_is_missing_is_said()
    {
        JsonElement answer = Pwsh.RunJson(
            """
            $env:PSModulePath = "$(Split-Path $module)$([IO.Path]::PathSeparator)$env:PSModulePath"
            $hour = [DateTime]::Today.AddHours(-2)
            0..2 | ForEach-Object {
                $end = $hour.AddHours($_).AddMinutes(30)
                foreach ($name in 'web', 'backup', 'mail', 'ntp') {
                    [pscustomobject]@{ ProcessId = 10; ProcessName = $name; Path = "/usr/bin/$name"; SentBytes = 100 * $name.Length; ReceivedBytes = 1; Category = 'Process'; Timestamp = $end; Duration = [TimeSpan]::FromMinutes(30) }
                }
            } | Export-TrafficHistory "$folder/night.db"
            $rows = & "$recipes/Get-NightTraffic.ps1" -Path "$folder/night.db" -Before ([DateTime]::Today.AddHours(1)) -First 2 -WarningVariable missing
            @{ Groups = $rows.Group -join ' '; Sent = $rows[0].SentBytes; Warnings = $missing.Count } | ConvertTo-Json -Compress
            """,
            ("folder", _folder),
            ("recipes", Repository.PathOf("docs/recipes"))
        );

        Assert.Equal(
            "/usr/bin/backup /usr/bin/mail /usr/bin/backup /usr/bin/mail /usr/bin/backup /usr/bin/mail",
            answer.GetProperty("Groups").GetString()
        );
        Assert.Equal((600, 3), (answer.GetProperty("Sent").GetInt32(), answer.GetProperty("Warnings").GetInt32()));
    }

    [Fact]
    public void A_row_leads_to_its_process_and_to_no_other_of_its_name()
    {
        string id = Pwsh.Run(
            "Get-ProcSocket | Select-Object -First 1 | ForEach-Object { $_.ProcessId; ($_ | Get-Process -Id { $_.ProcessId }).Id }"
        );

        string[] lines = id.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[0], lines[1]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
