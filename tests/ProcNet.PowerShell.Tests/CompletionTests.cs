namespace ProcNet.PowerShell.Tests;

/// <summary>What Tab offers.</summary>
public sealed class CompletionTests : CmdletTest
{
    [Theory]
    [InlineData("Get-ProcessTraffic -Interface ", "lo eth0 wlan0")]
    [InlineData("Get-ProcessTraffic -Interface e", "eth0")]
    [InlineData("Start-TrafficCapture W", "wlan0")]
    [InlineData("Get-ProcSocket -Id 4", "42 43")]
    [InlineData("Get-ProcSocket cu", "curl")]
    [InlineData("Get-ProcSocket -Name 'my", "'my tool'")]
    [InlineData("Get-ProcessTraffic -Name ", "curl 'my tool'")]
    [InlineData("Get-NetConnectionInode -Protocol U", "Udp UdpLite")]
    [InlineData("Get-NetConnectionInode -State Fin", "FinWait1 FinWait2")]
    [InlineData("Get-NetConnectionInode -OwningProcess 43", "43")]
    public void Words_are_offered(string line, string expected)
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "my tool", 50002, sent: 1, received: 2);

        Assert.Equal(expected, string.Join(' ', Complete(line).Select(result => result.CompletionText)));
    }

    [Fact]
    public void The_tooltip_of_an_id_is_the_name_of_its_process()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        Assert.Equal("42 curl", Complete("Get-ProcSocket -Id ").Single().ToolTip);
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

    private System.Collections.ObjectModel.Collection<CompletionResult> Complete(string line)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(Engine.Runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches;
    }
}
