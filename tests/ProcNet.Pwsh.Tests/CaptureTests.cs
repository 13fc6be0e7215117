namespace ProcNet.Pwsh.Tests;

/// <summary>Captures in the background, whose traffic the script makes itself.</summary>
public sealed class CaptureTests : IDisposable
{
    // Sends 100,000 bytes over a connection of its own, whose port it leaves in $port.
    private const string Talk = """
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $port)
        $server = $listener.AcceptTcpClient()
        $client.GetStream().Write([byte[]]::new(100000), 0, 100000)
        $buffer = [byte[]]::new(65536)
        for ($read = 0; $read -lt 100000; $read += $server.GetStream().Read($buffer, 0, $buffer.Length)) { }
        $client.Dispose(); $server.Dispose(); $listener.Stop()

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_capture_sees_what_happens_while_it_runs()
    {
        Live.NeedsRoot();
        JsonElement result = Pwsh.RunJson(
            "$c = Start-TrafficCapture -Interface lo\n"
                + Talk
                + """
                $row = $c | Get-ProcessTraffic | Where-Object ProcessId -EQ $PID
                $flow = $c | Stop-TrafficCapture -PassThru | Get-TrafficFlow | Where-Object LocalPort -EQ $port
                [ordered]@{
                    Sent         = $row.SentBytes
                    FlowReceived = $flow.ReceivedBytes
                    FlowOwner    = $flow.ProcessId -eq $PID
                    State        = "$($c.State)"
                    IsBalanced   = $c.Statistics.IsBalanced
                    Left         = @(Get-TrafficCapture).Count
                } | ConvertTo-Json -Compress
                """
        );

        // The payload with its headers and acknowledgements. A segment that found no room in the receiver's window was sent twice.
        Assert.InRange(result.GetProperty("Sent").GetInt64(), 100_052, 220_000);
        Assert.InRange(result.GetProperty("FlowReceived").GetInt64(), 100_052, result.GetProperty("Sent").GetInt64());
        Assert.True(result.GetProperty("FlowOwner").GetBoolean());
        Assert.Equal("Stopped", result.GetProperty("State").GetString());
        Assert.True(result.GetProperty("IsBalanced").GetBoolean());
        Assert.Equal(0, result.GetProperty("Left").GetInt32());
    }

    [Theory]
    [InlineData("traffic.pcapng")]
    [InlineData("traffic.pcap")]
    public void A_capture_that_was_saved_is_read_again(string name)
    {
        Live.NeedsRoot();
        JsonElement result = Pwsh.RunJson(
            "$c = Start-TrafficCapture -Interface lo -Path $folder/$name\n"
                + Talk
                + """
                $c | Stop-TrafficCapture
                $live = ($c | Get-TrafficFlow | Where-Object LocalPort -EQ $port).ReceivedBytes
                $saved = (Get-ChildItem $folder/traffic.* | Get-TrafficFlow -Filter "tcp port $port" | Where-Object { $port -in $_.LocalPort, $_.RemotePort })
                [ordered]@{ Live = $live; Saved = ($saved | Where-Object LocalPort -EQ $port).ReceivedBytes; Source = "$($saved[0].Source)" } | ConvertTo-Json -Compress
                """,
            ("folder", _folder),
            ("name", name)
        );

        Assert.True(result.GetProperty("Live").GetInt64() >= 100_052, result.GetRawText());
        Assert.Equal(result.GetProperty("Live").GetInt64(), result.GetProperty("Saved").GetInt64());
        Assert.Equal("Savefile", result.GetProperty("Source").GetString());
    }

    [Fact]
    public void The_file_gives_the_rows_that_the_measurement_gave()
    {
        Live.NeedsRoot();
        JsonElement result = Pwsh.RunJson(
            "$c = Start-TrafficCapture -Interface lo -Path $folder/owners.pcapng\n"
                + Talk
                + """
                $c | Stop-TrafficCapture
                $show = { "$($_.ProcessId) $($_.ProcessName) $($_.UserName) $($_.Path) $($_.CommandLine) $($_.ProcessStartTime.Ticks) $($_.SentBytes) $($_.ReceivedBytes) $($_.SentPackets) $($_.ReceivedPackets) $($_.FlowCount) $($_.Category) $($_.NetworkNamespace) $($_.Timestamp.Ticks)" }
                $live = $c | Get-ProcessTraffic | ForEach-Object $show | Sort-Object
                $saved = Get-ProcessTraffic -Path $folder/owners.pcapng | ForEach-Object $show | Sort-Object
                [ordered]@{
                    Live = $live -join "`n"; Saved = $saved -join "`n"
                    Mine = (Get-ProcessTraffic -Path $folder/owners.pcapng | Where-Object ProcessId -EQ $PID).SentBytes
                    Evidence = (Get-ProcessTraffic -Path $folder/owners.pcapng | Where-Object ProcessId -EQ $PID).Evidence.HasFlag([ProcNet.OwnerEvidence]::Savefile)
                    Mode = [string](Get-Item $folder/owners.pcapng).UnixFileMode
                } | ConvertTo-Json -Compress
                """,
            ("folder", _folder)
        );

        Assert.Equal(result.GetProperty("Live").GetString(), result.GetProperty("Saved").GetString());
        Assert.True(result.GetProperty("Mine").GetInt64() >= 100_052);
        Assert.True(result.GetProperty("Evidence").GetBoolean());
        Assert.Equal("UserWrite, UserRead", result.GetProperty("Mode").GetString());
    }

    [Fact]
    public void A_capture_with_a_duration_ends_by_itself()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $c = Start-TrafficCapture -Interface lo -Duration 500ms
            Start-Sleep -Seconds 2
            "$($c.State) $([Math]::Round($c.Duration.TotalSeconds, 1))"
            """
        );

        Assert.Equal("Stopped 0.5", shown.Trim());
    }

    [Fact]
    public void Stop_with_WhatIf_leaves_the_capture_running()
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            """
            $c = Start-TrafficCapture -Interface lo
            $c | Stop-TrafficCapture -WhatIf
            "$($c.State)"
            Get-TrafficCapture | Stop-TrafficCapture -Confirm:$false
            "$($c.State)"
            """
        );

        Assert.EndsWith("Running\nStopped", shown.Trim(), StringComparison.Ordinal);
    }

    // PowerShell sends 5 x 128 bytes, and a bash of the user nobody 3 x 34.
    [Theory]
    [InlineData("", 742)]
    [InlineData("-Id $PID", 640)]
    [InlineData("-Name (Get-Process -Id $PID).ProcessName", 640)]
    [InlineData("-Name bash", 102)]
    [InlineData("-User nobody", 102)]
    [InlineData("-User nobody -Name bash", 102)]
    [InlineData("-User nobody -Id $PID", 0)]
    public void Only_the_packets_of_the_processes_asked_for_are_kept_and_all_are_counted(string parameters, long kept)
    {
        Live.NeedsRoot();
        JsonElement result = Pwsh.RunJson(
            "$c = Start-TrafficCapture -Interface lo -Filter 'udp port 40973' -Path $folder/some.pcapng "
                + parameters
                + """

                $sender = [System.Net.Sockets.UdpClient]::new()
                foreach ($n in 1..5) { $null = $sender.Send([byte[]]::new(100), 100, '127.0.0.1', 40973) }
                setpriv --reuid 65534 --clear-groups bash -c 'for n in 1 2 3; do echo hello > /dev/udp/127.0.0.1/40973; sleep 0.02; done'
                $sender.Dispose()
                $c | Stop-TrafficCapture
                [ordered]@{
                    Kept     = [long] (Get-TrafficFlow -Path $folder/some.pcapng | Measure-Object SentBytes -Sum).Sum
                    Counted  = $c.Statistics.Bytes
                    Balanced = $c.Statistics.IsBalanced
                } | ConvertTo-Json -Compress
                """,
            ("folder", _folder)
        );

        Assert.Equal($$"""{"Kept":{{kept}},"Counted":742,"Balanced":true}""", result.GetRawText());
    }
}
