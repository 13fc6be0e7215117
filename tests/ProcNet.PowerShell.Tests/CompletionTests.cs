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

    private static string OwnName => File.ReadAllText("/proc/self/comm").Trim();

    private System.Collections.ObjectModel.Collection<CompletionResult> Complete(string line)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(Engine.Runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches;
    }
}
