namespace ProcNet.PowerShell.Tests;

/// <summary>The conversations, on a machine that counts what the test says.</summary>
public sealed class GetTrafficFlowTests : CmdletTest
{
    [Fact]
    public void Conversations_come_largest_first_with_their_owner()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 3000, received: 5000);

        TrafficFlow[] flows = [.. Engine.Run("Get-TrafficFlow -Duration 0.2").Select(row => (TrafficFlow)row.BaseObject)];

        Assert.Equal(["Tcp 192.0.2.1:50002 198.51.100.7:443 8000 B", "Tcp 192.0.2.1:50001 198.51.100.7:443 300 B"], flows.Select(flow => flow.ToString()));
        Assert.Equal(["wget", "curl"], flows.Select(flow => flow.ProcessName));
        Assert.All(flows, flow => Assert.Equal(OwnerEvidence.ExactTuple, flow.Evidence));
    }

    [Fact]
    public void The_totals_are_kept_in_a_variable()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 3000, received: 5000);

        var totals = (TrafficStatistics)Engine.Run("$null = Get-TrafficFlow -Duration 0.1 -StatisticsVariable totals; $totals").Single().BaseObject;

        Assert.Equal((8300, 2, true), (totals.Bytes, totals.FlowCount, totals.IsBalanced));
    }

    [Fact]
    public void Of_several_captures_there_are_several_totals()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        var totals = Engine.Run(
            "$first, $second = (Start-TrafficCapture eth0), (Start-TrafficCapture lo); $null = $first, $second | Get-TrafficFlow -StatisticsVariable totals; $totals");

        Assert.Equal([300L, 300L], totals.Select(row => ((TrafficStatistics)row.BaseObject).Bytes));
    }

    [Fact]
    public void A_variable_that_cannot_be_written_is_told_of_before_anything_is_measured()
    {
        Outcome outcome = Engine.Try("Get-TrafficFlow -Duration 60 -StatisticsVariable PID");

        Assert.Equal("VariableNotWritable", outcome.ErrorId);
        Assert.Empty(Machine.Opened);
    }

    [Fact]
    public void Files_can_be_piped_in()
    {
        string file = Path.GetTempFileName();
        try
        {
            // An empty file is no capture; the point is that it was asked for.
            Outcome outcome = Engine.Try("[IO.FileInfo]::new($args[0]) | Get-TrafficFlow", file);

            Assert.Equal("FileEmpty", outcome.ErrorId);
            Assert.Equal(file, outcome.Error.TargetObject);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
