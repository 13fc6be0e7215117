using System.Globalization;

namespace ProcNet.PowerShell.Tests.Live;

/// <summary>Real processes, real packets, the staged module in a shell of its own; the truth is nftables'.</summary>
public sealed class ExactBytesTests : IDisposable
{
    private const int Tcp4 = 7001;
    private const int Tcp6 = 7002;
    private const int Udp4 = 7003;
    private const int Udp6 = 7004;

    // Everything that a row says in one line; the statistics in the last.
    private const string Rows =
        "ForEach-Object { 'row {0} {1} {2} {3} {4} {5} {6}' -f [int]$_.ProcessId, $_.SentBytes, $_.ReceivedBytes, $_.SentPackets, $_.ReceivedPackets, "
        + "$_.Category, $_.HasExited }; 'totals {0} {1} {2}' -f $s.IsBalanced, $s.DroppedPackets, ($s.AccountedBytes - $s.LocalBytes - $s.Bytes)";

    private readonly LiveWorld _world = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet").FullName;

    [Fact]
    public void Each_process_has_its_bytes_to_the_last_one()
    {
        LiveProcess shell = _world.StartShell($"Get-ProcessTraffic -Duration 9 -StatisticsVariable s | {Rows}");
        _world.WaitForCapture();
        Dictionary<int, int> portOfProcess = MakeTraffic();

        Compare(shell.Finish(), portOfProcess);
    }

    [Fact]
    public void A_history_has_them_too_and_each_hour_balances_with_the_interfaces_own_counters()
    {
        string path = Path.Combine(_folder, "history.db");
        LiveProcess shell = _world.StartShell(
            $"Get-ProcessTraffic -SampleInterval 1 -MaxSamples 9 | Export-TrafficHistory '{path}'; "
                + $"Get-TrafficHistory '{path}' | ForEach-Object {{ 'row {{0}} {{1}} {{2}} {{3}} {{4}} {{5}}' -f [int]$_.ProcessId, $_.SentBytes, $_.ReceivedBytes, $_.SentPackets, $_.ReceivedPackets, $_.Category }}; "
                + $"$sum = (Get-TrafficHistory '{path}' -Interval 1m -GroupBy User | Measure-Object TotalBytes -Sum).Sum; "
                + $"$hours = Test-TrafficHistory '{path}'; "
                + "'hours {0} {1} {2}' -f (@($hours.IsBalanced) -notcontains $false), ($hours | Measure-Object SampleCount -Sum).Sum, ($sum - ($hours | Measure-Object AccountedBytes -Sum).Sum); "
                + "'difference {0}' -f ($hours | Measure-Object DifferenceBytes -Sum).Sum"
        );
        _world.WaitForCapture();
        Dictionary<int, int> portOfProcess = MakeTraffic();

        IReadOnlyList<string> lines = shell.Finish();
        foreach ((int process, int port) in portOfProcess)
        {
            (long sent, long received, long sentPackets, long receivedPackets) = _world.Truth(port);
            Assert.Contains($"row {process} {sent} {received} {sentPackets} {receivedPackets} Process", lines);
        }

        Assert.Equal("hours True 9 0", lines[^2]);

        // Of eight million bytes; neighbours are asked for while the capture opens.
        Assert.InRange(long.Parse(lines[^1].Split(' ')[1], CultureInfo.InvariantCulture), -1000, 1000);
    }

    [Theory]
    [InlineData("pcapng")]
    [InlineData("pcap")]
    public void A_capture_and_the_file_that_it_wrote_say_the_same(string format)
    {
        string path = Path.Combine(_folder, $"packets.{format}");
        LiveProcess shell = _world.StartShell(
            $"$c = Start-TrafficCapture -Path '{path}'; 'capturing'; $null = [Console]::In.ReadLine(); $c | Stop-TrafficCapture; "
                + $"$c | Get-ProcessTraffic -StatisticsVariable s | {Rows}; "
                + "Get-TrafficFlow -InputObject $c | Where-Object RemotePort -ge 7001 | ForEach-Object { 'flow {0} {1} {2}' -f $_.RemotePort, $_.SentBytes, $_.ReceivedBytes }; "
                + $"Get-TrafficFlow -Path '{path}' | Where-Object RemotePort -ge 7001 | ForEach-Object {{ 'file {{0}} {{1}} {{2}}' -f $_.RemotePort, $_.SentBytes, $_.ReceivedBytes }}"
        );
        shell.Expect("capturing");
        Dictionary<int, int> portOfProcess = MakeTraffic();
        shell.Say("stop");

        IReadOnlyList<string> lines = shell.Finish();
        Compare(lines, portOfProcess);
        foreach (int port in portOfProcess.Values)
        {
            (long sent, long received, _, _) = _world.Truth(port);
            Assert.Equal((sent, received), SumOf(lines, "flow", port));
            Assert.Equal((sent, received), SumOf(lines, "file", port));
        }
    }

    [Fact]
    public void A_loopback_packet_is_sent_by_one_process_and_received_by_the_other()
    {
        LiveProcess shell = _world.StartShell($"Get-ProcessTraffic -Duration 6 -Interface lo -StatisticsVariable s | {Rows}");
        _world.WaitForCapture();
        _world.Count("tcp", 7005);
        LiveProcess server = _world.StartTraffic(_world.Near, "serve", "tcp", "127.0.0.1", 7005, 100_000, 300_000, count: 3);
        LiveProcess client = _world.StartTraffic(_world.Near, "call", "tcp", "127.0.0.1", 7005, 100_000, 300_000, count: 3);
        client.Say("go");
        client.Expect("done");

        IReadOnlyList<string> lines = shell.Finish();
        (long sent, long received, long sentPackets, long receivedPackets) = _world.Truth(7005);
        Assert.Contains($"row {client.Id} {sent} {received} {sentPackets} {receivedPackets} Process True", lines);
        Assert.Contains($"row {server.Id} {received} {sent} {receivedPackets} {sentPackets} Process False", lines);
        Assert.Equal("totals True 0 0", lines[^1]);
        server.Finish();
    }

    public void Dispose()
    {
        _world.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client process for each port, all ended at the return; sizes that no default rounds to.</summary>
    private Dictionary<int, int> MakeTraffic()
    {
        Dictionary<int, int> portOfProcess = [];
        foreach (
            (string protocol, string address, int port, int sent, int received, int count) in ((string, string, int, int, int, int)[])
                [
                    ("tcp", LiveWorld.FarIPv4, Tcp4, 1_000_003, 3_000_017, 2),
                    ("tcp", LiveWorld.FarIPv6, Tcp6, 500_009, 77, 3),
                    ("udp", LiveWorld.FarIPv4, Udp4, 999, 1234, 5),
                    ("udp", LiveWorld.FarIPv6, Udp6, 1321, 9, 3),
                ]
        )
        {
            _world.Count(protocol, port);
            LiveProcess server = _world.StartTraffic(_world.Far, "serve", protocol, address, port, sent, received, count);
            LiveProcess client = _world.StartTraffic(_world.Near, "call", protocol, address, port, sent, received, count);
            portOfProcess.Add(client.Id, port);
            client.Say("go");
            client.Expect("done");
            client.Finish();
            server.Finish();
        }

        return portOfProcess;
    }

    private void Compare(IReadOnlyList<string> lines, Dictionary<int, int> portOfProcess)
    {
        foreach ((int process, int port) in portOfProcess)
        {
            (long sent, long received, long sentPackets, long receivedPackets) = _world.Truth(port);
            Assert.True(sent > 0 && received > 0);
            Assert.Contains($"row {process} {sent} {received} {sentPackets} {receivedPackets} Process True", lines);
        }

        Assert.Contains("totals True 0 0", lines);
    }

    private static (long Sent, long Received) SumOf(IReadOnlyList<string> lines, string kind, int port)
    {
        long sent = 0,
            received = 0;
        foreach (
            string[] words in lines
                .Select(line => line.Split(' '))
                .Where(words => words[0] == kind && words[1] == port.ToString(CultureInfo.InvariantCulture))
        )
        {
            sent += long.Parse(words[2], CultureInfo.InvariantCulture);
            received += long.Parse(words[3], CultureInfo.InvariantCulture);
        }

        return (sent, received);
    }
}
