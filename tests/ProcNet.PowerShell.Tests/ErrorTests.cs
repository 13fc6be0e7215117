namespace ProcNet.PowerShell.Tests;

/// <summary>Every expected failure is one error with a stable id, a category, a target, and what to do about it.</summary>
public sealed class ErrorTests : CmdletTest
{
    public static TheoryData<ProcNetError> EveryError => [.. Enum.GetValues<ProcNetError>()];

    [Theory]
    [MemberData(nameof(EveryError))]
    public void A_failure_of_the_core_keeps_its_name_target_and_remedy(ProcNetError error)
    {
        Machine.Refusal = new ProcNetException(error, "It went wrong.", "Do this.", "the thing");

        ErrorRecord record = Engine.Try("Get-ProcessTraffic -Duration 60").Error;

        Assert.Equal($"{error},ProcNet.PowerShell.Commands.GetProcessTrafficCommand", record.FullyQualifiedErrorId);
        Assert.NotEqual(ErrorCategory.NotSpecified, record.CategoryInfo.Category);
        Assert.Equal("the thing", record.TargetObject);
        Assert.Equal("It went wrong.", record.ToString());
        Assert.Equal("Do this.", record.ErrorDetails.RecommendedAction);
        Assert.Equal(error, Assert.IsType<ProcNetException>(record.Exception).Error);
    }

    [Theory]
    [InlineData(ProcNetError.CapturePermissionDenied, ErrorCategory.PermissionDenied)]
    [InlineData(ProcNetError.InterfaceNotFound, ErrorCategory.ObjectNotFound)]
    [InlineData(ProcNetError.InvalidFilter, ErrorCategory.SyntaxError)]
    [InlineData(ProcNetError.LibpcapNotFound, ErrorCategory.NotInstalled)]
    [InlineData(ProcNetError.FileExists, ErrorCategory.ResourceExists)]
    [InlineData(ProcNetError.NotACapture, ErrorCategory.InvalidData)]
    public void A_failure_has_the_category_that_fits(ProcNetError error, ErrorCategory category)
    {
        Machine.Refusal = new ProcNetException(error, "It went wrong.", "Do this.");

        Assert.Equal(category, Engine.Try("Start-TrafficCapture").Error.CategoryInfo.Category);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Interface eth9")]
    [InlineData("Get-TrafficFlow -Interface lo,eth9")]
    [InlineData("Start-TrafficCapture eth9")]
    [InlineData("Start-TrafficCapture eth9 -WhatIf")]
    [InlineData("Get-ProcessTraffic -Continuous -Interface eth9*")]
    public void An_interface_that_does_not_exist_is_answered_with_those_that_do(string script)
    {
        ErrorRecord error = Engine.Try(script).Error;

        Assert.StartsWith("InterfaceNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("eth9", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("lo, eth0, wlan0", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Machine.Opened);
    }

    [Fact]
    public void A_missing_libpcap_is_told_when_it_is_needed_and_not_before()
    {
        Machine.Library = () =>
            throw new ProcNetException(ProcNetError.LibpcapNotFound, "libpcap is not installed.", "Install it.", "libpcap");

        Assert.Empty(Engine.Try("Get-TrafficCapture").Errors);
        Assert.Equal("LibpcapNotFound", Engine.Try("Start-TrafficCapture").ErrorId);
    }

    [Fact]
    public void The_remedy_is_shown_with_the_error()
    {
        Machine.Refusal = new ProcNetException(
            ProcNetError.CapturePermissionDenied,
            "You may not capture on 'eth0'.",
            "Run as root.",
            "eth0"
        );

        Engine.Try("try { Get-ProcessTraffic } catch { $_ | Out-Default }");

        string shown = string.Join(' ', Engine.Screen.Lines);
        Assert.Contains("You may not capture on 'eth0'.", shown, StringComparison.Ordinal);
        Assert.Contains("Run as root.", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-TrafficFlow -Path /nowhere/x.pcap", "FileNotFound")]
    [InlineData("Get-ProcessTraffic -Path /nowhere/x.pcap", "FileNotFound")]
    [InlineData("Get-ProcessTraffic -LiteralPath /nowhere/x.pcap", "FileNotFound")]
    [InlineData("Get-TrafficFlow -LiteralPath '/nowhere/[x].pcap'", "FileNotFound")]
    [InlineData("Get-TrafficFlow -Path Env:/PATH", "PathIsNotAFile")]
    [InlineData("Get-TrafficFlow -LiteralPath Env:/PATH", "PathIsNotAFile")]
    [InlineData("Start-TrafficCapture -Path Env:/x", "PathIsNotAFile")]
    public void A_path_that_leads_to_no_file_is_refused(string script, string id)
    {
        ErrorRecord error = Engine.Try(script).Error;

        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_wildcard_path_that_matches_nothing_is_silent() => Assert.Empty(Engine.Run("Get-TrafficFlow -Path /proc/self/*.pcap"));

    [Fact]
    public void One_bad_file_does_not_keep_the_next_from_being_read()
    {
        Outcome outcome = Engine.Try("Get-TrafficFlow -LiteralPath /nowhere/1.pcap, /nowhere/2.pcap");

        Assert.Equal(["/nowhere/1.pcap", "/nowhere/2.pcap"], outcome.Errors.Select(error => error.TargetObject));
    }
}
