namespace ProcNet.Pwsh.Tests;

/// <summary>-ResolveFromTraffic, of a session whose names the test knows: live, and of the file that was written of it.</summary>
public sealed class NameTests : IDisposable
{
    private const string Wanted =
        "Where-Object { \"$($_.RemoteAddress)\" -like '127.77.*' -and $_.Category -ne 'Duplicate' } | Select-Object LocalPort, RemoteHostName, @{ n = 'How'; e = { \"$($_.NameEvidence)\" } }, RemotePortName, TotalBytes";

    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nearly_all_bytes_have_the_name_that_was_talked_to_and_none_has_another()
    {
        Live.NeedsRoot();
        using NamedTraffic traffic = new();
        using PwshProcess pwsh = Pwsh.Start(
            $$"""
            $c = Start-TrafficCapture -Interface lo -ResolveFromTraffic -Path $folder/names.pcapng -Filter 'net 127.77.0.0/16'
            [Console]::Out.WriteLine('ready')
            while (-not (Test-Path $folder/done)) { Start-Sleep -Milliseconds 50 }
            $c = $c | Stop-TrafficCapture -PassThru
            @{
                Live = @($c | Get-TrafficFlow | {{Wanted}})
                File = @(Get-TrafficFlow -Path $folder/names.pcapng -ResolveFromTraffic | {{Wanted}})
                Without = @(Get-TrafficFlow -Path $folder/names.pcapng | {{Wanted}})
                Groups = @($c | Get-ProcessTraffic -GroupBy Remote).Group
                Process = ($c | Get-ProcessTraffic | Where-Object RemoteHostName | Select-Object -First 1).RemoteHostName
            } | ConvertTo-Json -Compress -Depth 4
            """,
            ("folder", _folder)
        );
        pwsh.WaitForLine("ready");
        traffic.Talk("plain.example", "127.77.0.10", isTls: false);
        traffic.Talk("secure.example", "127.77.0.11", isTls: true);
        traffic.Talk("unresolved.example", "127.77.0.12", isTls: true, isResolved: false);
        traffic.Talk("first-of-two.example", "127.77.0.13", isTls: true);
        traffic.Talk("second-of-two.example", "127.77.0.13", isTls: true);
        traffic.Talk(new string('a', 60) + ".example", "127.77.0.14", isTls: true);
        File.WriteAllText(Path.Combine(_folder, "done"), "");
        JsonElement shown = pwsh.Wait(TimeSpan.FromSeconds(60)).Output.LastLineAsJson();

        foreach (string kind in (string[])["Live", "File"])
        {
            long named = 0,
                all = 0;
            foreach (JsonElement row in shown.GetProperty(kind).EnumerateArray())
            {
                string? name = row.GetProperty("RemoteHostName").GetString();
                long bytes = row.GetProperty("TotalBytes").GetInt64();
                all += bytes;
                named += name is null ? 0 : bytes;
                string? truth = traffic.Truth.GetValueOrDefault(row.GetProperty("LocalPort").GetInt32());
                Assert.Equal(truth, name);
                Assert.Equal(
                    name is null ? "None"
                        : name == "plain.example" ? "Dns"
                        : "Sni",
                    row.GetProperty("How").GetString()
                );
            }

            Assert.InRange((double)named / all, 0.95, 1);
            Assert.InRange(all, 360_000, 1_000_000);
        }

        Assert.All(
            shown.GetProperty("Without").EnumerateArray(),
            row => Assert.Equal(JsonValueKind.Null, row.GetProperty("RemoteHostName").ValueKind)
        );
        Assert.Contains("plain.example", shown.GetProperty("Groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Contains("secure.example", shown.GetProperty("Process").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_counters_show_no_packet_to_learn_from()
    {
        string shown = Pwsh.Run(
            "try { Get-TrafficFlow -Source Kernel -ResolveFromTraffic -Duration 1 } catch { $_.FullyQualifiedErrorId }"
        );

        Assert.StartsWith("NeedsCapture", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void On_loopback_the_hosts_file_names_this_machine()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        string shown = Pwsh.Run(
            "Get-TrafficFlow -Duration 1 -Interface lo -ResolveFromTraffic | Where-Object { \"$($_.RemoteAddress)\" -eq '127.0.0.1' } | Select-Object -First 1 | ForEach-Object { \"$($_.RemoteHostName) $($_.NameEvidence)\" }"
        );

        Assert.Matches(@"^localhost\b.* Hosts$", shown.Trim());
    }
}
