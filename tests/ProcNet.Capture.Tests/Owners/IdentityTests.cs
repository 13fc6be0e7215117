using ProcNet.Capture.Tests.Live;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Owners;

/// <summary>Who an owner is said to be that became another program, or another user's, after it was found.</summary>
public sealed class IdentityTests : IDisposable
{
    // Becomes nobody's, and sleep(1). Its descriptors stay open ($^F).
    private const string BecomeAnother = "$) = '65534 65534'; $< = $> = 65534; exec 'sleep', '100'";

    private readonly OwnerWorld _world = new();

    [Fact]
    public void A_process_that_calls_setuid_and_execve_is_called_what_it_is_then()
    {
        _world.StartThere("my $l = listening('192.0.2.2', 7000); say; my $c = accepted($l); take($c, 500); hear").Hear();
        _world.Measure();
        PerlScript client = _world.StartHere(
            $"$^F = 100; my $s = connected(tcp(), at('192.0.2.2', 7000)); syswrite($s, 'x' x 500); say; hear; {BecomeAnother}"
        );
        client.Hear();
        WaitUntilFoundAsPerl(client.Id);

        client.Say();
        WaitForSleep(client.Id);

        TrafficReport report = _world.Finish();
        TrafficFlow flow = Assert.Single(report.Flows, row => row.RemotePort == 7000);
        Assert.Equal((client.Id, "sleep", "nobody"), (flow.ProcessId, flow.ProcessName, flow.UserName));
        ProcessTraffic process = Assert.Single(report.Processes, row => row.ProcessId == client.Id);
        Assert.Equal(("sleep", "nobody"), (process.ProcessName, process.UserName));
        Assert.EndsWith("/sleep", process.Path);
    }

    [Fact]
    public void A_server_that_is_started_for_a_connection_is_named_and_not_who_accepted_it()
    {
        PerlScript parent = _world.StartHere(
            "$^F = 100; my $l = listening('192.0.2.1', 7000); say; my $c = accepted($l); take($c, 500); my $k = fork; "
                + $"if (!$k) {{ hear; {BecomeAnother} }} close $c; say $k; waitpid $k, 0"
        );
        parent.Hear();
        _world.Measure();
        PerlScript client = _world.StartThere("my $s = connected(tcp(), at('192.0.2.1', 7000)); syswrite($s, 'x' x 500); say; hear");
        client.Hear();
        int child = parent.HearNumber();
        WaitUntilFoundAsPerl(child);

        parent.Say();
        WaitForSleep(child);

        TrafficFlow flow = Assert.Single(_world.Finish().Flows, row => row.LocalPort == 7000);
        Assert.Equal((child, "sleep", "nobody"), (flow.ProcessId, flow.ProcessName, flow.UserName));
    }

    public void Dispose() => _world.Dispose();

    /// <summary>Waits for a report, in the middle of the measurement, that names a process as it was at first.</summary>
    private void WaitUntilFoundAsPerl(int id) =>
        Assert.True(
            RunningCapture.Eventually(() =>
                _world.Look().Processes.Any(row => row is { ProcessName: "perl", UserName: "root" } && row.ProcessId == id)
            ),
            "The script is not found."
        );

    private static void WaitForSleep(int id) =>
        Assert.True(
            RunningCapture.Eventually(() => File.ReadAllText($"/proc/{id}/comm") == "sleep\n"),
            "The script does not become sleep(1)."
        );
}
