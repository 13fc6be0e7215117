namespace ProcNet.Pwsh.Tests;

/// <summary>What goes wrong has an id and a category that scripts can rely on, and says what to do.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(
        "Get-ProcSocket -Id 2147483647",
        "NoProcessFoundForGivenId,ProcNet.PowerShell.Commands.GetProcSocketCommand",
        "ObjectNotFound"
    )]
    [InlineData(
        "Get-ProcSocket -Name no-such-process",
        "NoProcessFoundForGivenName,ProcNet.PowerShell.Commands.GetProcSocketCommand",
        "ObjectNotFound"
    )]
    [InlineData(
        "Get-NetConnectionInode -LocalPort 1 -RemotePort 1",
        "NoConnectionFoundForGivenValue,ProcNet.PowerShell.Commands.GetNetConnectionInodeCommand",
        "ObjectNotFound"
    )]
    [InlineData(
        "Get-NetConnectionInode -Protocol Gre",
        "ParameterArgumentValidationError,ProcNet.PowerShell.Commands.GetNetConnectionInodeCommand",
        "InvalidData"
    )]
    [InlineData(
        "Get-TrafficFlow -Path /no/such/file.pcap",
        "FileNotFound,ProcNet.PowerShell.Commands.GetTrafficFlowCommand",
        "ObjectNotFound"
    )]
    [InlineData(
        "Get-TrafficFlow -LiteralPath $PSCommandPath",
        "NotACapture,ProcNet.PowerShell.Commands.GetTrafficFlowCommand",
        "InvalidData"
    )]
    [InlineData(
        "Get-ProcessTraffic -Interface no-such-interface",
        "InterfaceNotFound,ProcNet.PowerShell.Commands.GetProcessTrafficCommand",
        "ObjectNotFound"
    )]
    [InlineData(
        "Get-ProcessTraffic -Duration soon",
        "ParameterArgumentTransformationError,ProcNet.PowerShell.Commands.GetProcessTrafficCommand",
        "InvalidData"
    )]
    [InlineData(
        "Get-ProcessTraffic -Duration -1",
        "ParameterArgumentValidationError,ProcNet.PowerShell.Commands.GetProcessTrafficCommand",
        "InvalidData"
    )]
    [InlineData(
        "Stop-TrafficCapture -Id 4711",
        "NoCaptureFoundForGivenId,ProcNet.PowerShell.Commands.StopTrafficCaptureCommand",
        "ObjectNotFound"
    )]
    public void An_error_has_its_id_and_category(string command, string id, string category) => Check(command, id, category);

    [Fact]
    public void A_filter_that_does_not_compile_is_told_in_the_words_of_libpcap()
    {
        Live.NeedsRoot();
        Check(
            "Get-ProcessTraffic -Duration 1 -Filter 'tcp prot 443'",
            "InvalidFilter,ProcNet.PowerShell.Commands.GetProcessTrafficCommand",
            "SyntaxError"
        );
    }

    [Fact]
    public void An_error_on_the_screen_says_what_to_do()
    {
        PwshResult result = Pwsh.Try("Get-ProcessTraffic -Interface no-such-interface");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("no-such-interface", result.Error, StringComparison.Ordinal);
        Assert.Contains("lo", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_does_not_keep_what_is_there_from_being_shown()
    {
        string shown = Pwsh.Run(
            """
            $ErrorActionPreference = 'SilentlyContinue'
            $files = Get-NetConnectionInode -Path /proc/net/tcp, /no/such/table -ErrorVariable failures
            "$($failures.Count) $($failures[0].CategoryInfo.Category)"
            """
        );

        Assert.Equal("1 ObjectNotFound", shown.Trim());
    }

    private static void Check(string command, string id, string category)
    {
        string shown = Pwsh.Run($$"""try { {{command}} } catch { "$($_.FullyQualifiedErrorId)|$($_.CategoryInfo.Category)" }""");

        Assert.Equal($"{id}|{category}", shown.Trim());
    }
}
