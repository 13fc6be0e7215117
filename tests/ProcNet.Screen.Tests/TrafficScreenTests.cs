using System.Globalization;
using ProcNet.Presentation;
using Xunit;

namespace ProcNet.Screen.Tests;

/// <summary>What the screen shows of the samples that a test gives, and how it obeys.</summary>
public sealed class TrafficScreenTests : IDisposable
{
    private readonly DateTime _begin = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Local);
    private readonly FakeTerminal _terminal = new();
    private int _second;

    public TrafficScreenTests() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Rows_stand_by_their_average_and_what_has_no_process_stands_among_them()
    {
        using TrafficScreen screen = Open();

        Sample(screen, Process(10, "small", sent: 1024), Process(20, "large", sent: 1 << 20), Nobody(received: 10 * 1024));

        Assert.Equal(["20 large", "[no socket]", "10 small"], Names());
        Assert.Contains("no process 1%", _terminal.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_burst_of_one_second_does_not_take_the_place_of_steady_traffic()
    {
        using TrafficScreen screen = Open();
        for (int i = 0; i < 9; i++)
        {
            Sample(screen, Process(1, "steady", sent: 100_000));
        }

        Sample(screen, Process(1, "steady", sent: 100_000), Process(2, "burst", sent: 500_000));

        Assert.Equal(["1 steady", "2 burst"], Names());
    }

    [Fact]
    public void Rates_are_averages_and_totals_are_exact()
    {
        using TrafficScreen screen = Open();
        for (int i = 0; i < 20; i++)
        {
            Sample(screen, Process(1, "curl", sent: 1024, received: i < 10 ? 0 : 2048));
        }

        string row = Row("curl");
        Assert.Matches(@"1\.00 KiB/s +2\.00 KiB/s +40\.0 KiB$", row);
    }

    [Fact]
    public void What_sends_no_more_sinks_and_keeps_its_total()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "old", sent: 1 << 20), Process(2, "new", sent: 1));
        for (int i = 0; i < 70; i++)
        {
            Sample(screen, Process(2, "new", sent: 2048));
        }

        Assert.Equal(["2 new", "1 old"], Names());
        Assert.Matches(@"\s0\s+0\s+1\.00 MiB$", Row("old"));
    }

    [Fact]
    public void Hosts_have_a_column_and_their_clocks_need_not_agree()
    {
        using TrafficScreen screen = Open();
        screen.Add(Process(1, "sshd", sent: 2048) with { Host = "web1", Timestamp = _begin, Duration = TimeSpan.FromSeconds(1) });
        screen.Add(
            Process(1, "sshd", sent: 1024) with
            {
                Host = "web2",
                Timestamp = _begin.AddDays(1),
                Duration = TimeSpan.FromSeconds(1),
            }
        );
        Draw(screen);

        Assert.Matches(@"^web1 +1 sshd .*2\.00 KiB/s", _terminal.Lines[3]);
        Assert.Matches(@"^web2 +1 sshd .*1\.00 KiB/s", _terminal.Lines[4]);
    }

    [Fact]
    public void Keys_group_sort_and_filter()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "curl", sent: 100), Process(2, "curl", sent: 200), Process(3, "sshd", received: 5000));

        _terminal.Type("g");
        Draw(screen);
        Assert.Equal(["sshd", "curl (2)"], Names());

        _terminal.Type("s");
        Draw(screen);
        Assert.Equal(["curl (2)", "sshd"], Names());

        _terminal.Type("/SSH");
        _terminal.Press(ConsoleKey.Enter);
        Draw(screen);
        Assert.Equal(["sshd"], Names());
    }

    [Fact]
    public void A_picture_that_is_paused_stands_still_and_loses_nothing()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "curl", sent: 1024));
        _terminal.Type("p");
        Draw(screen);

        Sample(screen, Process(1, "curl", sent: 1024), Process(2, "sshd", sent: 1));
        _terminal.Press(ConsoleKey.DownArrow);
        Draw(screen);
        Assert.Equal(["1 curl"], Names());
        Assert.EndsWith("1.00 KiB", Row("curl"), StringComparison.Ordinal);
        Assert.Contains("PAUSED", _terminal.Lines[1], StringComparison.Ordinal);

        _terminal.Type("p");
        Draw(screen);
        Assert.EndsWith("2.00 KiB", Row("curl"), StringComparison.Ordinal);
        Assert.Equal(2, Names().Length);
    }

    [Fact]
    public void The_choice_stays_with_its_row_and_Enter_gives_the_newest_of_it()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "first", sent: 2000), Process(2, "second", sent: 1000));
        _terminal.Press(ConsoleKey.DownArrow);
        Draw(screen);

        Sample(screen, Process(1, "first", sent: 1), Process(2, "second", sent: 9000));
        _terminal.Press(ConsoleKey.Enter);
        screen.Tick(isStandIn: false);

        TrafficRow chosen = Assert.Single(screen.Chosen);
        Assert.Equal((2, 9000), (chosen.ProcessId, chosen.SentBytes));
        Assert.True(screen.IsClosed);
        Assert.True(_terminal.IsGivenBack);
    }

    [Fact]
    public void Leaving_by_q_chooses_nothing()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "curl", sent: 1));
        _terminal.Type("q");
        screen.Tick(isStandIn: false);

        Assert.True(screen.IsClosed);
        Assert.Empty(screen.Chosen);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(40, 10)]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(250, 80)]
    public void A_picture_is_never_larger_than_the_terminal(int width, int height)
    {
        (_terminal.Width, _terminal.Height) = (width, height);
        using TrafficScreen screen = Open();
        Sample(
            screen,
            [
                .. Enumerable
                    .Range(1, 100)
                    .Select(id => Process(id, "a-process-with-a-very-long-name-" + id, sent: 1L << (id % 50), received: 1)),
            ]
        );

        Assert.Equal(height, _terminal.Lines.Length);
        Assert.All(_terminal.Lines, line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void A_name_cannot_drive_the_terminal()
    {
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "evil\e[2J\nsecond", sent: 1), Process(2, "[red]not a colour[/]", sent: 2));

        Assert.DoesNotContain("\e[2J", _terminal.Written, StringComparison.Ordinal);
        Assert.Equal(["2 [red]not a colour[/]", "1 evil?[2J?second"], Names());
    }

    [Fact]
    public void Without_Unicode_there_is_ASCII_only()
    {
        _terminal.IsUnicode = false;
        using TrafficScreen screen = Open();
        Sample(screen, Process(1, "a-process-with-a-very-long-name-indeed", sent: 5000));

        Assert.All(_terminal.Written, character => Assert.True(char.IsAscii(character)));
    }

    [Fact]
    public void Many_processes_of_the_past_are_summed_and_no_byte_is_lost()
    {
        Board board = new();
        for (int i = 1; i <= 10_000; i++)
        {
            board.Add(Process(i, "short", sent: 10) with { Timestamp = _begin.AddSeconds(i / 100), Duration = TimeSpan.FromSeconds(1) });
        }

        List<Line> lines = board.List(ScreenGroup.Process, ScreenSort.Total, "");
        Assert.InRange(lines.Count, 1000, 2001);
        Assert.Equal(100_000, lines.Sum(line => line.TotalBytes));
        Assert.Equal(100_000, board.Hosts[""].TotalBytes);
        Assert.Equal(10_000, lines.Sum(line => line.Count));
    }

    private static TrafficRow Process(int id, string name, long sent = 0, long received = 0) =>
        new()
        {
            ProcessId = id,
            Owner = name,
            SentBytes = sent,
            ReceivedBytes = received,
            ProcessStartTime = new DateTime(2026, 1, 1),
        };

    private static TrafficRow Nobody(long received) =>
        new()
        {
            Owner = "[no socket]",
            Category = nameof(TrafficCategory.NoSocket),
            ReceivedBytes = received,
        };

    private TrafficScreen Open() =>
        TrafficScreen.Open(new ScreenOptions(ScreenSort.Rate, ScreenGroup.Process, null, HasKeys: true), _terminal);

    private void Sample(TrafficScreen screen, params TrafficRow[] rows)
    {
        _second++;
        foreach (TrafficRow row in rows)
        {
            screen.Add(row with { Timestamp = _begin.AddSeconds(_second), Duration = TimeSpan.FromSeconds(1) });
        }

        Draw(screen);
    }

    /// <summary>As long as rows of one sample may still come, nothing is drawn: wait until it was.</summary>
    private void Draw(TrafficScreen screen)
    {
        Thread.Sleep(35);
        screen.Tick(isStandIn: false);
    }

    /// <summary>The number and name of each row, in order.</summary>
    private string[] Names() =>
        [
            .. _terminal
                .Lines.Skip(3)
                .TakeWhile(line => line.Length > 0)
                .Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^ *(.*?)(?: {2,}| [▁▂▃▄▅▆▇█]| +0 )").Groups[1].Value),
        ];

    private string Row(string name) => _terminal.Lines.Single(line => line.Contains(name + " ", StringComparison.Ordinal));
}
