using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests;

/// <summary>A capture in the background: started, listed, read, stopped.</summary>
public sealed class TrafficCaptureTests : CmdletTest
{
    [Fact]
    public void A_capture_can_be_read_while_it_runs_and_after()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        var rows = Engine.Run(
            """
            $capture = Start-TrafficCapture eth0
            "$($capture.State)"
            ($capture | Get-ProcessTraffic).TotalBytes
            ($capture | Get-TrafficFlow).TotalBytes
            ($capture | Stop-TrafficCapture -PassThru).Id -eq $capture.Id
            "$($capture.State)"
            ($capture | Get-ProcessTraffic).TotalBytes
            $capture.Bytes
            """
        );

        Assert.Equal(["Running", 300L, 300L, true, "Stopped", 300L, 300L], rows.Select(row => row.BaseObject));
        Assert.True(Machine.Opened.Single().IsDisposed);
    }

    [Fact]
    public void Captures_are_listed_until_they_are_stopped()
    {
        var rows = Engine.Run(
            """
            $first, $second = (Start-TrafficCapture eth0), (Start-TrafficCapture lo)
            (Get-TrafficCapture).Interface -join ' '
            (Get-TrafficCapture -Id $second.Id).Interface
            Stop-TrafficCapture -Id $first.Id
            (Get-TrafficCapture).Interface
            Get-TrafficCapture | Stop-TrafficCapture
            @(Get-TrafficCapture).Count
            """
        );

        Assert.Equal(["eth0 lo", "lo", "lo", 0], rows.Select(row => row.BaseObject));
    }

    [Fact]
    public void A_capture_ends_by_itself_after_its_duration()
    {
        Engine.Run("$capture = Start-TrafficCapture -Duration 0.2");

        Assert.True(SpinWait.SpinUntil(() => (bool)Engine.Run("$capture.State -eq 'Stopped'").Single().BaseObject, 5_000));
        Assert.Single(Engine.Run("Get-TrafficCapture"));
        Assert.True(SpinWait.SpinUntil(() => Machine.Opened.Single().IsDisposed, 5_000), "It keeps its packet sockets.");
    }

    [Fact]
    public void A_capture_that_ended_by_itself_holds_no_descriptor()
    {
        // The first one loads what stays.
        Engine.Run("$null = Start-TrafficCapture -Duration 0.1");
        Assert.True(SpinWait.SpinUntil(() => Machine.Opened[0].IsDisposed, 5_000));
        Thread.Sleep(500);
        int before = Directory.GetFiles("/proc/self/fd").Length;

        Engine.Run("1..10 | ForEach-Object { $null = Start-TrafficCapture -Duration 0.1 }");

        Assert.True(
            SpinWait.SpinUntil(
                () => Machine.Opened.All(source => source.IsDisposed) && Directory.GetFiles("/proc/self/fd").Length <= before + 5,
                10_000
            ),
            $"{Directory.GetFiles("/proc/self/fd").Length} descriptors are open, {before} were."
        );
    }

    [Fact]
    public void A_process_whose_id_is_the_number_of_the_capture_is_not_all_that_is_shown()
    {
        // TrafficCapture.Id must not bind to -Id, which chooses processes.
        int id = (int)Engine.Run("$capture = Start-TrafficCapture eth0; $capture.Id").Single().BaseObject;
        Machine.WithTraffic(id, "curl", 50001, sent: 100, received: 200).WithTraffic(id + 1, "wget", 50002, sent: 300, received: 400);

        Assert.Equal(2, Engine.Run("$capture | Get-ProcessTraffic").Count);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic $capture", 1)]
    [InlineData("Get-TrafficFlow $capture", 1)]
    [InlineData("Get-TrafficFlow $capture, $capture", 2)]
    [InlineData("Get-TrafficFlow (Get-TrafficCapture)", 1)]
    [InlineData("Get-TrafficFlow @($capture)", 1)]
    public void A_capture_may_stand_where_a_duration_may(string script, int rows)
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 100, received: 200);

        Assert.Equal(rows, Engine.Run($"$capture = Start-TrafficCapture eth0; {script}").Count);
    }

    [Fact]
    public void A_capture_and_a_number_are_no_duration()
    {
        Outcome outcome = Engine.Try("$capture = Start-TrafficCapture eth0; Get-TrafficFlow ($capture, 2)");

        Assert.Equal("ParameterArgumentTransformationError", outcome.ErrorId);
    }

    [Theory]
    [InlineData("Get-TrafficCapture -Id 987654")]
    [InlineData("Stop-TrafficCapture -Id 987654")]
    public void A_number_without_a_capture_is_an_error(string script)
    {
        Outcome outcome = Engine.Try(script);

        Assert.Equal("NoCaptureFoundForGivenId", outcome.ErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, outcome.Error.CategoryInfo.Category);
        Assert.Equal(987654, outcome.Error.TargetObject);
    }

    [Fact]
    public void WhatIf_starts_and_stops_nothing()
    {
        Assert.Empty(Engine.Run("Start-TrafficCapture eth0 -WhatIf"));
        Assert.Empty(Machine.Opened);

        Engine.Run("Start-TrafficCapture eth0 | Stop-TrafficCapture -WhatIf");
        Assert.False(Machine.Opened.Single().IsDisposed);
        Assert.Contains(
            Engine.Screen.Lines,
            line => line.Contains("Performing the operation \"Start a traffic capture\" on target \"eth0\".", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_a_capture_had_to_say_meanwhile_is_said_by_the_next_cmdlet_that_uses_it_once()
    {
        Engine.Run("$capture = Start-TrafficCapture eth0");
        Machine.Opened.Single().Say(new Notice(NoticeKind.InterfaceLost, "The interface eth0 went away."));

        Assert.Equal(["The interface eth0 went away."], Engine.Try("$capture | Get-TrafficFlow").Warnings);
        Assert.Empty(Engine.Try("$capture | Get-TrafficFlow").Warnings);
    }

    [Fact]
    public void A_file_that_is_not_whole_leaves_its_mark_on_the_capture()
    {
        using var pipe = new NamedPipe();
        using (pipe.Open())
        {
            Assert.Null(Engine.Run($"$capture = Start-TrafficCapture eth0 -Path {pipe.Path}; $capture.FailureReason").Single());
        }

        Machine.Opened.Single().Options.Recorder!.Add(0, 1_700_000_000_000_000_000, new byte[60], 60, default);

        Assert.Equal(
            $"The packets are no longer written to the file '{pipe.Path}': Broken pipe (errno 32) Counting goes on.",
            Engine.Run("Stop-TrafficCapture $capture -WarningAction Ignore; $capture.FailureReason").Single().BaseObject
        );
    }

    [Fact]
    public void A_flood_of_notices_is_bounded_and_counted()
    {
        Engine.Run("$capture = Start-TrafficCapture eth0");
        for (int i = 0; i < 1000; i++)
        {
            Machine.Opened.Single().Say(new Notice(NoticeKind.InterfaceLost, $"notice {i}"));
        }

        IReadOnlyList<string> warnings = Engine.Try("$capture | Get-TrafficFlow").Warnings;

        Assert.Equal(65, warnings.Count);
        Assert.Equal("936 more warnings of the same measurement were not kept.", warnings[^1]);
    }

    [Theory]
    [InlineData("old packets")]
    [InlineData(null)]
    public void A_capture_that_cannot_begin_leaves_the_file_as_it_was(string? content)
    {
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        try
        {
            if (content is not null)
            {
                File.WriteAllText(file, content);
            }

            Machine.Refusal = new ProcNetException(ProcNetError.CapturePermissionDenied, "You may not capture.", "Run as root.");
            Outcome outcome = Engine.Try("Start-TrafficCapture eth0 -Path $args[0] -Force", file);

            Assert.Equal("CapturePermissionDenied", outcome.ErrorId);
            Assert.Equal(content, File.Exists(file) ? File.ReadAllText(file) : null);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_replaced_has_nothing_left_of_the_old_one()
    {
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        try
        {
            File.WriteAllBytes(file, new byte[1 << 20]);

            Engine.Run("Start-TrafficCapture eth0 -Path $args[0] -Force | Stop-TrafficCapture", file);

            Assert.InRange(new FileInfo(file).Length, 28, 1000);
            Assert.Equal([0x0A, 0x0D, 0x0D, 0x0A], File.ReadAllBytes(file)[..4]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_is_resolved_where_the_user_is_and_not_replaced_unasked()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("procnet-");
        try
        {
            Engine.Runspace.SessionStateProxy.Path.SetLocation(directory.FullName);
            var outcome = Engine.Try(
                """
                (Start-TrafficCapture eth0 -Path packets.pcapng -SnapLength 128 | Stop-TrafficCapture -PassThru).Path
                (Start-TrafficCapture eth0 -Path packets.pcapng -Force | Stop-TrafficCapture -PassThru).Path
                Start-TrafficCapture eth0 -Path packets.pcapng
                """
            );

            string file = Path.Combine(directory.FullName, "packets.pcapng");
            Assert.Equal([file, file], outcome.Output.Select(row => row.BaseObject));
            Assert.Equal("FileExists", outcome.ErrorId);
            Assert.Equal(ErrorCategory.ResourceExists, outcome.Error.CategoryInfo.Category);
            Assert.True(File.Exists(file));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
