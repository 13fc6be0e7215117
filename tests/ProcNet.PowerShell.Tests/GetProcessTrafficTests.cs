using System.Diagnostics;
using System.Management.Automation.Runspaces;
using Shell = System.Management.Automation.PowerShell;

namespace ProcNet.PowerShell.Tests;

/// <summary>The main job, on a machine that counts what the test says.</summary>
public sealed class GetProcessTrafficTests : CmdletTest
{
    [Fact]
    public void Rows_come_largest_first_with_the_reason_where_there_is_no_process()
    {
        Machine
            .WithTraffic(42, "small", 50001, sent: 100, received: 200)
            .WithTraffic(43, "large", 50002, sent: 3000, received: 5000)
            .WithOrphan(50003, received: 1000);

        ProcessTraffic[] rows = Rows("Get-ProcessTraffic -Duration 0.2");

        Assert.Equal(
            [(43, 3000, 5000), (null, 0, 1000), (42, 100, 200)],
            rows.Select(row => (row.ProcessId, row.SentBytes, row.ReceivedBytes))
        );
        Assert.Equal("large", rows[0].ProcessName);
        Assert.Equal(TrafficCategory.NoSocket, rows[1].Category);
        Assert.NotNull(rows[1].Reason);
        Assert.All(rows, row => Assert.Equal(DateTimeKind.Local, row.Timestamp.Kind));
    }

    [Fact]
    public void A_measurement_lasts_its_duration_and_closes_its_capture()
    {
        long started = Stopwatch.GetTimestamp();

        Engine.Run("Get-ProcessTraffic -Duration 500ms");

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 500, 2500);
        Assert.True(Assert.Single(Machine.Opened).IsDisposed);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 60")]
    [InlineData("Get-ProcessTraffic")]
    [InlineData("Get-ProcessTraffic 1h")]
    [InlineData("Get-ProcessTraffic -Continuous -SampleInterval 30")]
    [InlineData("Get-ProcessTraffic -SampleInterval 30 -MaxSamples 2")]
    [InlineData("Get-TrafficFlow -Duration 60")]
    public void Being_stopped_ends_it_within_200_ms_and_closes_its_capture(string script)
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);
        AssertStopsAtOnce(script, 300);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 60", 300)]
    [InlineData("Get-ProcessTraffic -Duration 0.1", 300)]
    [InlineData("Get-ProcessTraffic -Continuous -SampleInterval 1", 1300)]
    [InlineData("Get-ProcessTraffic -InputObject (Start-TrafficCapture eth0)", 300)]
    public void A_long_search_for_owners_does_not_hold_up_being_stopped(string script, int after)
    {
        for (int id = 100; id < 200; id++)
        {
            Machine.WithTraffic(id, "worker", (ushort)(50000 + id), sent: 100, received: 200);
        }

        Machine.ProcessReadTime = TimeSpan.FromMilliseconds(50);
        AssertStopsAtOnce(script, after);
    }

    private void AssertStopsAtOnce(string script, int after)
    {
        using Shell shell = Shell.Create(Engine.Runspace);
        IAsyncResult running = shell.AddScript(script).BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => Machine.Opened.Count == 1, 10_000), "The capture was not opened.");
        Thread.Sleep(after);

        long stopped = Stopwatch.GetTimestamp();
        shell.Stop();
        TimeSpan took = Stopwatch.GetElapsedTime(stopped);

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.True(took < TimeSpan.FromMilliseconds(200), $"It took {took.TotalMilliseconds} ms.");
        Assert.Equal(!script.Contains("Start-TrafficCapture", StringComparison.Ordinal), Machine.Opened[0].IsDisposed);
        Assert.Empty(shell.Streams.Error);
    }

    [Fact]
    public void A_pipeline_that_has_enough_ends_it_and_closes_its_capture()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 1, received: 2);

        // What Select-Object -First does: it stops the pipeline upstream as soon as it has its objects.
        Assert.Equal(
            "42",
            Engine
                .Run("foreach ($id in 1) { do { Get-ProcessTraffic -Continuous | & { process { $_.ProcessId; break } } } while ($false) }")
                .Single()
                .ToString()
        );

        Assert.True(Machine.Opened.Single().IsDisposed);
    }

    [Fact]
    public void Samples_hold_what_came_since_the_one_before()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        ProcessTraffic[] rows = Rows("Get-ProcessTraffic -SampleInterval 1 -MaxSamples 2");

        // Nothing came after the first: that is an object too.
        Assert.Equal(
            [(TrafficCategory.Process, "curl", 300), (TrafficCategory.Idle, "[idle]", 0L)],
            rows.Select(row => (row.Category, row.Owner, row.TotalBytes))
        );
        Assert.All(rows, row => Assert.InRange(row.Duration.TotalSeconds, 0.9, 1.9));
        Assert.InRange(rows[0].SentRate * rows[0].Duration.TotalSeconds, 99.8, 100.2);
        Assert.Equal((100L, 200L), (rows[0].RunningSentBytes, rows[0].RunningReceivedBytes));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("500ms", 0.5)]
    [InlineData("00:00:01", 1)]
    public void One_sample_is_taken_where_only_the_interval_is_given(string interval, double seconds)
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        ProcessTraffic row = Assert.Single(Rows($"Get-ProcessTraffic -SampleInterval {interval}"));

        Assert.InRange(row.Duration.TotalSeconds, seconds - 0.1, seconds + 1);
    }

    [Fact]
    public void Progress_counts_down_while_it_measures_and_is_taken_away()
    {
        IReadOnlyList<ProgressRecord> shown = Engine.Try("Get-ProcessTraffic -Duration 1.5").Progress;

        Assert.Equal(
            [2, 1],
            shown
                .Where(record => record.RecordType == ProgressRecordType.Processing && record.SecondsRemaining > 0)
                .Select(record => record.SecondsRemaining)
        );
        Assert.Equal(ProgressRecordType.Completed, shown[^1].RecordType);
    }

    [Fact]
    public void Progress_tells_the_sample_and_its_time()
    {
        IReadOnlyList<ProgressRecord> shown = Engine.Try("Get-ProcessTraffic -SampleInterval 300ms -MaxSamples 2").Progress;

        Assert.Equal(
            ["sample 1 of 2", "sample 2 of 2"],
            shown.SkipLast(1).Select(record => record.StatusDescription.Split(':')[0]).Distinct()
        );
        Assert.Equal(ProgressRecordType.Completed, shown[^1].RecordType);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 1m -Id $null")]
    [InlineData("Get-ProcessTraffic -Duration 1m -Id @()")]
    [InlineData("Get-TrafficFlow -Duration 1m -Id $null")]
    [InlineData("@() | Get-ProcessTraffic -Continuous")]
    [InlineData(
        "$null = Start-TrafficCapture eth0; Get-TrafficCapture | Get-ProcessTraffic -Id $null; Get-TrafficCapture | Stop-TrafficCapture"
    )]
    public void An_empty_list_of_processes_shows_nothing(string script)
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        Assert.Empty(Engine.Run(script));
    }

    [Theory]
    [InlineData("Get-ProcessTraffic")]
    [InlineData("Get-TrafficFlow")]
    public void A_capture_that_comes_out_of_a_job_is_no_process(string cmdlet)
    {
        long started = Stopwatch.GetTimestamp();

        Outcome outcome = Engine.Try(
            $"$c = Start-TrafficCapture eth0; $of = [Management.Automation.PSSerializer]; $of::Deserialize($of::Serialize($c)) | {cmdlet} -Duration 1m"
        );

        Assert.Equal("InputObjectNotBound", outcome.ErrorId);
        Assert.Empty(outcome.Output);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 20);
    }

    [Fact]
    public void Connections_without_owner_that_are_piped_in_are_told_of()
    {
        Outcome outcome = Engine.Try(
            "param($rows) $rows | Get-ProcessTraffic -Duration 1m",
            (object)new[] { new NetConnection(), new NetConnection() }
        );

        Assert.Equal("NoProcessInInput", outcome.ErrorId);
        Assert.Contains("None of the 2 objects", outcome.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Machine.Opened);
    }

    [Fact]
    public void Whatever_names_a_process_can_be_piped_in()
    {
        Machine.WithTraffic(1, "init", 50001, sent: 100, received: 200);

        Assert.Equal(
            "init",
            Engine
                .Run("[pscustomobject]@{ OwningProcess = 1; Id = 7 } | Get-ProcessTraffic -Duration 0.1")
                .Single()
                .Properties["ProcessName"]
                .Value
        );
        Assert.Equal(
            "init",
            Engine.Run("[pscustomobject]@{ PID = '1' }, 1 | Get-ProcessTraffic -Duration 0.1").Single().Properties["ProcessName"].Value
        );
        Assert.Equal(
            "init",
            Engine.Run("Get-ProcessTraffic -Duration 0.1 -Id ([pscustomobject]@{ Id = 1 })").Single().Properties["ProcessName"].Value
        );
    }

    [Fact]
    public void A_name_that_no_process_has_is_told_of_before_the_time_is_spent()
    {
        Outcome outcome = Engine.Try("Get-ProcessTraffic -Duration 0.1 -Name no-such-process");

        Assert.Contains("'no-such-process' now", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal("NoProcessFoundForGivenName", outcome.ErrorId);
    }

    [Fact]
    public void An_id_that_no_process_has_is_not_measured_for()
    {
        Assert.Equal("NoProcessFoundForGivenId", Engine.Try("Get-ProcessTraffic -Duration 1m -Id 2147483647").ErrorId);
        Assert.Empty(Machine.Opened);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 1m -Name '[x'")]
    [InlineData("Get-TrafficFlow -Duration 1m -Name '[x'")]
    [InlineData("Get-TrafficFlow -Duration 1m -RemoteAddress '10.[x'")]
    [InlineData("Get-ProcSocket -Name '[x'")]
    public void A_broken_pattern_is_refused_when_it_is_typed(string script)
    {
        Assert.Equal("ParameterArgumentValidationError", Engine.Try(script).ErrorId);
        Assert.Empty(Machine.Opened);
    }

    [Theory]
    [InlineData("Executable", "curl 3300, wget 700, [no socket] 1000")]
    [InlineData("Unit", "[no unit] 4000, [no socket] 1000")]
    [InlineData("Container", "[no container] 4000, [no socket] 1000")]
    [InlineData("Remote", "198.51.100.7 4000, 203.0.113.9 1000")]
    [InlineData("RemotePort", "443 4000, 80 1000")]
    [InlineData("Protocol", "Tcp 5000")]
    [InlineData("Interface", "eth0 5000")]
    public void Groups_sum_to_what_was_captured(string by, string expected)
    {
        Machine
            .WithTraffic(42, "curl", 50001, sent: 100, received: 200)
            .WithTraffic(44, "curl", 50004, sent: 1000, received: 2000)
            .WithTraffic(43, "wget", 50002, sent: 300, received: 400)
            .WithOrphan(50003, received: 1000);

        GroupTraffic[] rows =
        [
            .. Engine
                .Run($"Get-ProcessTraffic -Duration 0.1 -Interface eth0 -GroupBy {by} -StatisticsVariable totals")
                .Select(row => (GroupTraffic)row.BaseObject),
        ];

        Assert.Equal(
            expected.Split(", ").Order(StringComparer.Ordinal),
            rows.Select(row => $"{row.Group} {row.TotalBytes}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(rows.OrderByDescending(row => row.TotalBytes), rows);
        Assert.Equal(rows.Sum(row => row.TotalBytes), ((TrafficStatistics)Engine.Run("$totals").Single().BaseObject).AccountedBytes);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic", "ProcNet.ProcessTraffic")]
    [InlineData("Get-ProcessTraffic -GroupBy User", "ProcNet.GroupTraffic")]
    [InlineData("Get-TrafficFlow", "ProcNet.TrafficFlow")]
    public void A_sample_without_traffic_is_a_row_as_the_others_are(string cmdlet, string type)
    {
        PSObject row = Engine.Run($"{cmdlet} -SampleInterval 0.1").Single();

        Assert.Equal([$"{type}#Sample", type], row.TypeNames.Take(2));
        Assert.Equal(TrafficCategory.Idle, row.Properties["Category"].Value);
        Assert.NotNull(row.Properties["Reason"].Value);
    }

    [Fact]
    public void Groups_are_of_the_processes_that_were_asked_for()
    {
        Machine
            .WithTraffic(42, "curl", 50001, sent: 100, received: 200)
            .WithTraffic(43, "wget", 50002, sent: 300, received: 400)
            .WithOrphan(50003, received: 1000);

        Assert.Equal(
            "Remote 198.51.100.7 300 B",
            Engine.Run("Get-ProcessTraffic -Duration 0.1 -GroupBy Remote -Name cur*").Single().ToString()
        );
    }

    [Fact]
    public void Totals_are_added_to_a_variable_after_a_plus_sign()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        Assert.Equal(
            [300L, 300L, 300L],
            Engine
                .Run("foreach ($i in 1..3) { $null = Get-ProcessTraffic -Duration 0.1 -StatisticsVariable +totals }; $totals.Bytes")
                .Select(row => (long)row.BaseObject)
        );
    }

    [Fact]
    public void Totals_go_to_the_variable_that_is_named()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200).WithOrphan(50002, received: 1000);

        var totals = (TrafficStatistics)
            Engine.Run("$null = Get-ProcessTraffic -Duration 0.1 -Id 42 -StatisticsVariable totals; $totals").Single().BaseObject;

        Assert.Equal(1300, totals.Bytes);
        Assert.True(totals.IsBalanced);
        Assert.Equal(1000, totals.BytesByCategory["NoSocket"]);
    }

    [Theory]
    [InlineData("-Id 42", "curl")]
    [InlineData("-PID 42,43", "wget curl")]
    [InlineData("-Name cu*", "curl")]
    [InlineData("-ProcessName CURL", "curl")]
    [InlineData("-Id 43 -Name curl", "wget curl")]
    [InlineData("-Name nobody*", "")]
    public void Rows_of_other_processes_are_left_out(string filter, string expected)
    {
        Machine
            .WithTraffic(42, "curl", 50001, sent: 100, received: 200)
            .WithTraffic(43, "wget", 50002, sent: 300, received: 400)
            .WithOrphan(50003, received: 1000);

        Assert.Equal(expected, string.Join(' ', Rows($"Get-ProcessTraffic -Duration 0.1 {filter}").Select(row => row.ProcessName)));
    }

    [Fact]
    public void Processes_can_be_piped_in_and_are_measured_once()
    {
        using Process self = Process.GetCurrentProcess();
        Machine.WithTraffic(self.Id, "self", 50001, sent: 100, received: 200).WithTraffic(43, "wget", 50002, sent: 300, received: 400);

        PSObject row = Engine.Run("param($processes) $processes | Get-ProcessTraffic -Duration 0.1", (object)new[] { self, self }).Single();

        Assert.Equal("self", row.Properties["ProcessName"].Value);
        Assert.Single(Machine.Opened);
    }

    [Theory]
    [InlineData("-Id 2147483647", "NoProcessFoundForGivenId")]
    [InlineData("-Name no-such-process", "NoProcessFoundForGivenName")]
    public void A_process_that_does_not_exist_is_an_error(string filter, string id)
    {
        Outcome outcome = Engine.Try($"Get-ProcessTraffic -Duration 0.1 {filter}");

        Assert.Equal(id, outcome.ErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, outcome.Error.CategoryInfo.Category);
    }

    [Fact]
    public void A_process_without_traffic_is_silent() =>
        Assert.Empty(Engine.Run($"Get-ProcessTraffic -Duration 0.1 -Id {Environment.ProcessId}"));

    [Fact]
    public void Packets_that_were_dropped_are_warned_of_once()
    {
        Machine.DroppedPackets = 17;

        Outcome outcome = Engine.Try("Get-ProcessTraffic -Duration 0.1");

        Assert.Contains("17 packets", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_notice_of_a_capture_thread_becomes_a_warning()
    {
        Machine.Notices.Add(new Notice(NoticeKind.InterfaceLost, "The interface eth0 went away."));

        Assert.Equal(["The interface eth0 went away."], Engine.Try("Get-ProcessTraffic -Duration 0.1").Warnings);
    }

    [Fact]
    public void A_capture_that_breaks_gives_its_rows_and_then_the_error()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);
        using Shell shell = Shell.Create(Engine.Runspace);
        shell.AddScript("Get-ProcessTraffic -Duration 60");
        PSDataCollection<PSObject> output = [];
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        Assert.True(SpinWait.SpinUntil(() => Machine.Opened.Count == 1, 10_000));

        Machine.Opened[0].Break(new ProcNetException(ProcNetError.CaptureFailed, "The interface eth0 broke.", "Mend it.", "eth0"));
        shell.EndInvoke(running);

        Assert.Equal(42, ((ProcessTraffic)Assert.Single(output).BaseObject).ProcessId);
        ErrorRecord error = Assert.Single(shell.Streams.Error);
        Assert.Equal("CaptureFailed,ProcNet.PowerShell.Commands.GetProcessTrafficCommand", error.FullyQualifiedErrorId);
        Assert.Equal("eth0", error.TargetObject);
    }

    [Theory]
    [InlineData("-Duration 1 -Continuous")]
    [InlineData("-Duration 1 -SampleInterval 1")]
    [InlineData("-Path x -Interface eth0")]
    public void Parameters_that_contradict_each_other_are_refused(string parameters) =>
        Assert.Equal("AmbiguousParameterSet", Engine.Try($"Get-ProcessTraffic {parameters}").ErrorId);

    [Theory]
    [InlineData("", "lo eth0")]
    [InlineData("-Interface eth0", "eth0")]
    [InlineData("-InterfaceAlias ETH0", "eth0")]
    [InlineData("-ifAlias e*,lo", "lo eth0")]
    [InlineData("-Interface *", "lo eth0 wlan0")]
    public void Interfaces_are_chosen_by_name_and_wildcard(string parameters, string expected)
    {
        Engine.Run($"Get-ProcessTraffic -Duration 0.1 {parameters}");

        Assert.Equal(expected, string.Join(' ', Machine.Opened.Single().Options.Interfaces.Select(link => link.Name)));
    }

    [Fact]
    public void A_number_of_samples_without_end_is_refused() =>
        Assert.Equal("ContinuousOrMaxSamples", Engine.Try("Get-ProcessTraffic -Continuous -MaxSamples 2").ErrorId);

    private ProcessTraffic[] Rows(string script) => [.. Engine.Run(script).Select(row => (ProcessTraffic)row.BaseObject)];
}
