namespace ProcNet.Pwsh.Tests;

/// <summary>Test-ProcNet -SelfTest, on this machine.</summary>
public sealed class SelfTestTests
{
    [Fact]
    public void Each_case_of_both_sources_is_exact_and_nothing_is_left()
    {
        Live.NeedsRoot();
        JsonElement shown = Pwsh.RunJson(
            """
            function Get-Held { @(Get-ChildItem /proc/$PID/task/*/ns/net, /proc/$PID/fd/* -ErrorAction Ignore | ForEach-Object { "$($_.Target)" } | Where-Object { $_ -like 'net:*' } | Sort-Object -Unique) }
            $before = Get-Held
            $rows = @(Test-ProcNet -SelfTest)
            @{ Rows = @($rows | ForEach-Object { "$($_.Case) $($_.Source) $($_.Passed) $($_.ErrorPercent) $($_.AttributedPercent) $($_.MisattributedBytes)" })
               Expected = $rows[0].ExpectedBytes; Left = @(Get-Held | Where-Object { $_ -notin $before }) } | ConvertTo-Json -Compress
            """
        );

        string[] cases = ["UdpLoopback", "UdpIPv6Loopback", "ShortProcesses", "UdpNamespace", "TcpNamespace"];
        Assert.Equal(
            ((string[])["Capture", "Kernel"]).SelectMany(source => cases.Select(name => $"{name} {source} True 0 100 0")),
            shown.GetProperty("Rows").EnumerateArray().Select(row => row.GetString())
        );
        Assert.Equal(411_200, shown.GetProperty("Expected").GetInt64());
        Assert.Equal(0, shown.GetProperty("Left").GetArrayLength());
    }
}
