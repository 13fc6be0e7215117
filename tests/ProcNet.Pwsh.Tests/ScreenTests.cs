using System.Diagnostics;

namespace ProcNet.Pwsh.Tests;

/// <summary>Show-ProcessTraffic in a terminal, as its user has it.</summary>
public sealed class ScreenTests
{
    private const string Samples = "Get-ProcessTraffic -Continuous -Interface lo | Show-ProcessTraffic";

    [Theory]
    [InlineData(80, 24, Samples)]
    [InlineData(120, 40, Samples)]
    [InlineData(80, 24, "Show-ProcessTraffic -Interface lo")]
    public void It_shows_who_uses_the_network(int width, int height, string command)
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        using TerminalSession terminal = new(width, height);

        // Others may use loopback too, more than fit.
        terminal.Type($"{command} -Containing {Environment.ProcessId}");

        string shown = terminal.WaitFor($"{Environment.ProcessId} ");

        Assert.Contains("Last minute", shown, StringComparison.Ordinal);
        Assert.Contains("sorted by average of 10 s", shown, StringComparison.Ordinal);
        Assert.Contains("q quit", shown, StringComparison.Ordinal);
        Assert.Equal("1 0", terminal.State);
    }

    [Fact]
    public void Enter_leaves_with_the_row_that_was_chosen_and_what_feeds_it_ends()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        using TerminalSession terminal = new(100, 24);
        terminal.Type($"$row = {Samples} -Containing {Environment.ProcessId}; \"chosen $($row.ProcessId) $($row.GetType().Name)\"");
        terminal.WaitFor($"{Environment.ProcessId} ");

        terminal.Press("Enter");

        terminal.WaitFor($"chosen {Environment.ProcessId} ProcessTraffic");
        Assert.Equal("0 1", terminal.State);
    }

    [Fact]
    public void Rows_of_several_hosts_come_together_and_keys_work_between_them()
    {
        using TerminalSession terminal = new(100, 24);
        terminal.Type(
            "& { foreach ($h in 'web1','web2') { [pscustomobject]@{ PSComputerName = $h; ProcessId = 7; ProcessName = \"on-$h\"; Category = 'Process'; SentBytes = 5000; "
                + "ReceivedBytes = 1; Timestamp = Get-Date; Duration = [timespan]'00:00:01' } }; Start-Sleep 20; 'late' } | Show-ProcessTraffic"
        );

        // The pipeline's thread sleeps in a command of somebody else's by now.
        string shown = terminal.WaitFor("on-web2");
        Assert.Matches(@"web1 +7 on-web1", shown);
        terminal.Press("q");

        terminal.WaitUntil(() => terminal.State == "0 1", "the terminal given back");
    }

    [Fact]
    public void Ctrl_C_gives_the_terminal_back()
    {
        Live.NeedsRoot();
        using TerminalSession terminal = new(80, 24);
        terminal.Type(Samples);
        terminal.WaitFor("sorted by");

        terminal.Press("C-c");

        terminal.WaitUntil(() => terminal.State == "0 1", "the terminal given back");
        terminal.Type("'still ' + 'here'");
        terminal.WaitFor("still here");
    }

    [Fact]
    public void An_exception_gives_the_terminal_back_and_is_seen()
    {
        using TerminalSession terminal = new(80, 24);
        terminal.Type("& { Start-Sleep 1; throw 'a fault upstream' } | Show-ProcessTraffic");

        terminal.WaitFor("Exception:");

        Assert.Contains("a fault upstream", terminal.Text, StringComparison.Ordinal);
        Assert.Equal("0 1", terminal.State);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("KILL")]
    public void A_kill_gives_the_terminal_back(string signal)
    {
        Live.NeedsRoot();
        using TerminalSession terminal = new(80, 24);
        terminal.Type(Samples);
        terminal.WaitUntil(() => terminal.State == "1 0" && terminal.Text.Contains("sorted by", StringComparison.Ordinal), "the screen");

        using (Process kill = Process.Start("kill", [$"-{signal}", $"{terminal.PowerShell}"]))
        {
            kill.WaitForExit();
        }

        terminal.WaitUntil(() => terminal.State == "0 1", "the terminal given back");
        terminal.Type("echo still $((1 + 1)) here");
        terminal.WaitFor("still 2 here");
    }

    [Fact]
    public void Where_the_output_is_no_terminal_the_rows_are_passed_on()
    {
        string shown = Pwsh.Run(
            "[pscustomobject]@{ ProcessName = 'curl'; SentBytes = 1; ReceivedBytes = 2 } | Show-ProcessTraffic | ForEach-Object ProcessName"
        );

        Assert.Equal("curl", shown.Trim());
    }
}
