namespace ProcNet.Pwsh.Tests;

/// <summary>A capture that came out of a job or a file is none any more, and its number no process.</summary>
public sealed class DeserializedCaptureTests
{
    [Theory]
    [InlineData("Get-ProcSocket")]
    [InlineData("Get-NetConnectionInode")]
    [InlineData("Get-ProcessTraffic -Duration 1")]
    [InlineData("Get-TrafficFlow -Duration 1")]
    public void No_cmdlet_takes_it_for_a_process(string command)
    {
        Live.NeedsRoot();
        string shown = Pwsh.Run(
            $$"""
            $capture = Start-TrafficCapture -Interface lo
            $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($capture))
            $capture | Stop-TrafficCapture
            $rows = @($copy | {{command}} -ErrorAction SilentlyContinue -ErrorVariable failed)
            "$($rows.Count) $($failed[0].FullyQualifiedErrorId -replace ',.*') $($copy.Interface) $($copy.State)"
            """
        );

        Assert.Matches("^0 (InputObjectNotBound|AmbiguousParameterSet) lo Running$", shown.Trim());
    }
}
