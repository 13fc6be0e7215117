namespace ProcNet.PowerShell.Tests;

/// <summary>The conversations, on a machine that counts what the test says.</summary>
public sealed class GetTrafficFlowTests : CmdletTest
{
    [Fact]
    public void Conversations_come_largest_first_with_their_owner()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 3000, received: 5000);

        TrafficFlow[] flows = [.. Engine.Run("Get-TrafficFlow -Duration 0.2").Select(row => (TrafficFlow)row.BaseObject)];

        Assert.Equal(
            ["Tcp 192.0.2.1:50002 198.51.100.7:443 8000 B", "Tcp 192.0.2.1:50001 198.51.100.7:443 300 B"],
            flows.Select(flow => flow.ToString())
        );
        Assert.Equal(["wget", "curl"], flows.Select(flow => flow.ProcessName));
        Assert.All(flows, flow => Assert.Equal(OwnerEvidence.ExactTuple, flow.Evidence));
    }

    [Fact]
    public void The_totals_are_kept_in_a_variable()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 3000, received: 5000);

        var totals = (TrafficStatistics)
            Engine.Run("$null = Get-TrafficFlow -Duration 0.1 -StatisticsVariable totals; $totals").Single().BaseObject;

        Assert.Equal((8300, 2, true), (totals.Bytes, totals.FlowCount, totals.IsBalanced));
    }

    [Theory]
    [InlineData("Get-TrafficFlow -Path /tmp")]
    [InlineData("Get-ProcessTraffic -LiteralPath /tmp")]
    [InlineData("Get-NetConnectionInode -Path /tmp")]
    [InlineData("Start-TrafficCapture -Path /tmp")]
    public void A_folder_is_called_a_folder(string script)
    {
        Outcome outcome = Engine.Try(script);

        Assert.Equal("PathIsAFolder", outcome.ErrorId);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Of_several_captures_there_are_several_totals()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        var totals = Engine.Run(
            "$first, $second = (Start-TrafficCapture eth0), (Start-TrafficCapture lo); $null = $first, $second | Get-TrafficFlow -StatisticsVariable totals; $totals"
        );

        Assert.Equal([300L, 300L], totals.Select(row => ((TrafficStatistics)row.BaseObject).Bytes));
    }

    [Fact]
    public void A_variable_that_cannot_be_written_is_told_of_before_anything_is_measured()
    {
        Outcome outcome = Engine.Try("Get-TrafficFlow -Duration 60 -StatisticsVariable PID");

        Assert.Equal("VariableNotWritable", outcome.ErrorId);
        Assert.Empty(Machine.Opened);
    }

    [Theory]
    [InlineData("-Id 43", "wget")]
    [InlineData("-Name cu*", "curl")]
    [InlineData("-LocalPort 50002", "wget")]
    [InlineData("-LocalPort 50000-50001", "curl")]
    [InlineData("-RemotePort 400-500,7", "wget curl")]
    [InlineData("-RemoteAddress 198.51.100.0/24", "wget curl")]
    [InlineData("-RemoteAddress 203.0.113.*", "[no socket]")]
    [InlineData("-LocalPort 50003 -RemotePort 80", "[no socket]")]
    public void Some_of_them_can_be_asked_for(string parameters, string expected)
    {
        Machine
            .WithTraffic(42, "curl", 50001, sent: 100, received: 200)
            .WithTraffic(43, "wget", 50002, sent: 3000, received: 5000)
            .WithOrphan(50003, received: 1000);

        Assert.Equal(
            expected,
            string.Join(' ', Engine.Run($"Get-TrafficFlow -Duration 0.1 {parameters}").Select(row => row.Properties["Owner"].Value))
        );
    }

    [Fact]
    public void Samples_hold_the_conversations_of_each_interval()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        string[] rows = [.. Engine.Run("Get-TrafficFlow -SampleInterval 0.3 -MaxSamples 2 | ForEach-Object Owner").Select(row => $"{row}")];

        Assert.Equal(["curl", "[idle]"], rows);
    }

    [Theory]
    [InlineData("70000")]
    [InlineData("9-8")]
    [InlineData("http")]
    public void What_is_no_port_is_refused(string port) =>
        Assert.Equal("ParameterArgumentValidationError", Engine.Try($"Get-TrafficFlow -LocalPort {port}").ErrorId);

    [Theory]
    [InlineData("Get-TrafficFlow")]
    [InlineData("Get-ProcessTraffic")]
    public void Files_can_be_piped_in(string cmdlet)
    {
        string file = Path.GetTempFileName();
        try
        {
            // An empty file is no capture; the point is that it was asked for.
            Outcome outcome = Engine.Try($"[IO.FileInfo]::new($args[0]) | {cmdlet}", file);

            Assert.Equal("FileEmpty", outcome.ErrorId);
            Assert.Equal(file, outcome.Error.TargetObject);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
