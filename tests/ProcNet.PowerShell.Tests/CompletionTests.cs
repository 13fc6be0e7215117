using System.Diagnostics;

namespace ProcNet.PowerShell.Tests;

/// <summary>What Tab offers.</summary>
public sealed class CompletionTests : CmdletTest
{
    [Theory]
    [InlineData("Get-ProcessTraffic -Interface ", "lo eth0 wlan0")]
    [InlineData("Get-ProcessTraffic -Interface e", "eth0")]
    [InlineData("Start-TrafficCapture W", "wlan0")]
    [InlineData("Get-NetConnectionInode -Protocol U", "Udp UdpLite")]
    [InlineData("Get-NetConnectionInode -State Fin", "FinWait1 FinWait2")]
    public void Words_are_offered(string line, string expected)
    {
        Assert.Equal(expected, string.Join(' ', Complete(line).Select(result => result.CompletionText)));
    }

    [Theory]
    [InlineData("Get-NetConnectionInode -Protocol ", "Dccp Icmp IcmpV6 Raw Sctp Tcp Udp UdpLite")]
    [InlineData("Get-ProcessTraffic -Duration 7", "7")]
    [InlineData("Get-ProcessTraffic -Duration ", "1s 10s 30s 1m 5m 1h")]
    [InlineData("Get-ProcessTraffic -NetworkNamespace no-such", "no-such")]
    [InlineData("Get-TrafficFlow -RemotePort 99999", "99999")]
    [InlineData("Get-ProcessTraffic -GroupBy S", "Slice")]
    [InlineData("Get-TrafficHistory -After ", "5m 1h 12h 1d 7d 30d")]
    [InlineData("Export-TrafficHistory -Retention 7", "7d")]
    [InlineData("Unregister-TrafficAudit -Name no-such", "no-such")]
    public void Never_files_nor_what_is_refused(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Complete(line).Select(result => result.CompletionText)));

    [Theory]
    [InlineData("Get-NetConnectionInode -LocalPort ")]
    [InlineData("Get-TrafficFlow -LocalPort ")]
    public void Ports_that_are_in_use_are_offered(string line)
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();

        Assert.Contains($"{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}", Complete(line).Select(result => result.CompletionText));
    }

    [Theory]
    [InlineData("Get-ProcSocket -Id ")]
    [InlineData("Get-ProcSocket -Name ")]
    [InlineData("Get-NetConnectionInode -LocalPort ")]
    [InlineData("Get-ProcessTraffic -NetworkNamespace ")]
    [InlineData("Get-ProcessTraffic -Interface ")]
    public void It_takes_at_most_50_ms(string line)
    {
        Complete(line);
        double[] taken =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(_ =>
                {
                    long started = Stopwatch.GetTimestamp();
                    Complete(line);
                    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }),
        ];

        Assert.InRange(taken.Min(), 0, 50);
    }

    [Theory]
    [InlineData("Get-ProcSocket -Id ")]
    [InlineData("Get-NetConnectionInode -OwningProcess ")]
    [InlineData("Get-ProcessTraffic -PID ")]
    public void Ids_are_offered_with_the_name_of_the_process(string line)
    {
        string id = $"{Environment.ProcessId}";

        CompletionResult result = Complete(line + id[..1]).Single(result => result.CompletionText == id);

        Assert.Equal($"{id} {OwnName}", result.ToolTip);
    }

    [Theory]
    [InlineData("Get-ProcSocket ")]
    [InlineData("Get-ProcSocket -Name ")]
    [InlineData("Get-ProcessTraffic -Duration 1 -Name ")]
    public void Names_of_processes_are_offered_once(string line)
    {
        CompletionResult result = Complete(line + OwnName[..3].ToUpperInvariant()).Single(result => result.ListItemText == OwnName);

        Assert.Equal(OwnName.All(c => char.IsLetterOrDigit(c) || c is '.' or '-') ? OwnName : $"'{OwnName}'", result.CompletionText);
    }

    [Fact]
    public void Nothing_is_opened_and_libpcap_is_not_loaded_for_it()
    {
        Machine.Library = () => throw new InvalidOperationException("libpcap was asked for.");

        Assert.Equal(3, Complete("Start-TrafficCapture -Interface ").Count);
    }

    [Fact]
    public void Numbers_of_captures_are_offered()
    {
        string id = Engine.Run("(Start-TrafficCapture eth0).Id").Single().ToString();

        CompletionResult result = Complete("Stop-TrafficCapture -Id ").Single();

        Assert.Equal(id, result.CompletionText);
        Assert.Equal($"capture {id} on eth0 (Running)", result.ToolTip);
    }

    private static string OwnName => System.Diagnostics.Process.GetCurrentProcess().ProcessName;

    private System.Collections.ObjectModel.Collection<CompletionResult> Complete(string line)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(Engine.Runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches;
    }
}
