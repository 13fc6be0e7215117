using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ProcNet.Presentation;
using Xunit;

namespace ProcNet.Report.Tests;

/// <summary>What the page says of the rows that a test gives.</summary>
public sealed class ReportTests
{
    private static readonly DateTime s_begin = new(2026, 11, 28, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Processes_stand_largest_first_and_what_has_none_stands_among_them_with_its_reason()
    {
        string page = Render(Process(10, "small", sent: 1024), Process(20, "large", sent: 3 << 20), Nobody(received: 2 << 20));

        Assert.Equal(["large", "[no socket]", "small"], Column(page, "By process"));
        Assert.Contains("<td>[no socket]</td><td class=\"n\">2 097 152</td>", Plain(page), StringComparison.Ordinal);
        Assert.Contains(
            "<li>2 097 152 bytes have no process, [no socket]: Closed before a look.</li>",
            Plain(page),
            StringComparison.Ordinal
        );
        Assert.Contains("<b>60.0 %</b>of the bytes have a process", Plain(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_others_are_text_and_nothing_else()
    {
        const string Hostile = "</td><script>alert(1)</script>\"'&\u001b[31m\ud800\ufffe\u202e";
        TrafficRow row = Process(1, Hostile, sent: 5) with
        {
            UserName = Hostile,
            Unit = Hostile,
            Path = Hostile,
            Host = Hostile,
            Container = Hostile,
            Evidence = Hostile,
        };

        string page = Render(Hostile, row, row with { Timestamp = row.Timestamp.AddSeconds(1) }, Flow("1.2.3.4", 443, 7, name: Hostile));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("[\u0000-\u0009\u000b-\u001f\u202e\ufffe]", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_no_script_and_asks_for_nothing()
    {
        string page = Render(Process(1, "curl", sent: 5), Flow("192.0.2.1", 443, 5));

        Assert.DoesNotMatch(
            @"<(script|link|img|iframe|object|embed|form|a)\b|\son\w+=|@import|url\((?!#)|href|(?<!svg"" |xmlns="")https?:",
            page
        );
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes_in_any_culture()
    {
        TrafficRow[] rows = [Process(1, "curl", sent: 1_234_567), Process(1, "curl", sent: 7, second: 1), Flow("192.0.2.1", 443, 5)];

        string page = Render(rows);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(page, Render(rows));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Many_long_names_give_a_page_of_no_more_than_300_KB()
    {
        List<TrafficRow> rows = [];
        for (int i = 0; i < 20_000; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{i}{new string('<', 300)}");
            rows.Add(
                Process(i, name, sent: i, second: i) with
                {
                    Path = name,
                    UserName = name,
                    Unit = name,
                    Container = name,
                    Reason = name,
                }
            );
            rows.Add(Flow($"2001:db8::{i:x}", i % 65_536, i, name));
        }

        byte[] page = Build("many", top: 100, [.. rows]);

        Assert.InRange(page.Length, 50_000, 300_000);
    }

    [Fact]
    public void Samples_make_a_time_line_and_its_rates_are_bytes_over_measured_time()
    {
        TrafficRow[] rows = [.. Enumerable.Range(0, 10).Select(second => Process(1, "curl", sent: 1024 * 1024, second: second))];

        string page = Render(rows);

        // A steady rate is one straight line: all points are of one height.
        string line = Regex.Match(page, "<polyline points=\"([^\"]+)\" style=\"fill:none;stroke:var\\(--sent\\)").Groups[1].Value;
        string[] heights = [.. line.Split(' ').Select(point => point.Split(',')[1]).Distinct()];
        Assert.Equal(11, line.Split(' ').Length);
        Assert.Single(heights);
        Assert.Contains("1.00 MiB/s", Plain(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_breaks_the_line_and_is_told()
    {
        string page = Render(Process(1, "curl", sent: 5), Process(1, "curl", sent: 5, second: 60));

        Assert.Matches($"Nothing was measured from {Local(1)} to {Local(60)}\\.", page);
    }

    [Fact]
    public void One_interval_has_no_time_line_and_says_so()
    {
        string page = Render(Process(1, "curl", sent: 5), Process(2, "wget", sent: 6));

        Assert.Contains("how much came when within it is not known", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_overlap_are_told_since_their_bytes_may_stand_twice()
    {
        string twice = Render(Process(1, "curl", sent: 5), Process(1, "curl", sent: 5) with { Duration = TimeSpan.FromSeconds(30) });
        string once = Render(Process(1, "curl", sent: 5), Process(2, "wget", sent: 5));

        Assert.Contains("1 intervals overlap others", twice, StringComparison.Ordinal);
        Assert.DoesNotContain("overlap", once, StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_totals_it_says_what_was_dropped_and_which_rows_are_missing()
    {
        TrafficStatistics totals = new()
        {
            Packets = 10,
            Bytes = 1000,
            AccountedBytes = 1000,
            AccountedPackets = 10,
            DroppedPackets = 3,
            InterfaceDroppedPackets = 4,
            BytesByCategory = new CategoryBytes(
                new Dictionary<TrafficCategory, long> { [TrafficCategory.Process] = 900, [TrafficCategory.NotIP] = 100 }
            ),
        };
        ReportBuilder report = new(new ReportOptions("x", 20));
        report.Add(Process(1, "curl", sent: 500), totals);

        string page = Plain(Encoding.UTF8.GetString(report.Render()));

        Assert.Contains("<b>7</b>packets dropped", page, StringComparison.Ordinal);
        Assert.Contains("3 packets were dropped by the kernel and 4 by the interfaces", page, StringComparison.Ordinal);
        Assert.Contains("The rows that were given have 500 of the 1 000 bytes", page, StringComparison.Ordinal);
        Assert.Contains("<tr><td>[not IP]</td><td class=\"n\">100</td><td class=\"n\">10.0 %</td>", page, StringComparison.Ordinal);
        Assert.Contains("The account is balanced", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_totals_nobody_knows_what_was_dropped()
    {
        string page = Render(Process(1, "curl", sent: 500));

        Assert.Contains("<b>unknown</b>packets dropped", page, StringComparison.Ordinal);
        Assert.Contains("Whether packets were dropped", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Conversations_fill_remote_ends_ports_and_protocols()
    {
        string page = Render(
            Flow("192.0.2.1", 443, 500),
            Flow("192.0.2.2", 443, 300, "example.org"),
            Flow("192.0.2.3", 50_000, 100, localPort: 22)
        );

        Assert.Equal(["192.0.2.1", "example.org", "192.0.2.3"], Column(page, "By remote end"));
        Assert.Equal(["443 Tcp", "[clients of local ports]"], Column(page, "By remote port"));
    }

    [Fact]
    public void Rows_of_processes_and_conversations_of_the_same_bytes_are_not_summed()
    {
        string page = Plain(Render(Process(1, "curl", sent: 500), Flow("192.0.2.1", 443, 500)));

        Assert.Contains("<b>500 B</b>sent and received", page, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1"], Column(page, "By remote end"));
    }

    [Fact]
    public void Groups_have_the_table_of_what_they_are_grouped_by()
    {
        string page = Render(
            Process(null, "ssh.service", sent: 5) with
            {
                Grouping = "Unit",
            },
            Process(null, "cron.service", sent: 7) with
            {
                Grouping = "Unit",
            }
        );

        Assert.Equal(["cron.service", "ssh.service"], Column(page, "By systemd unit"));
        Assert.DoesNotContain("By process<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rows_it_says_so()
    {
        string page = Render();

        Assert.Contains("No row was given", page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_owner_found_by_a_rule_is_told()
    {
        string page = Plain(Render(Process(1, "nginx", sent: 1500) with { Evidence = "ListeningSocket, SharedSocket" }));

        Assert.Contains("Up to 1 500 bytes were given to a process by a rule", page, StringComparison.Ordinal);
    }

    private static TrafficRow Process(int? id, string name, long sent = 0, int second = 0) =>
        new()
        {
            ProcessId = id,
            Owner = name,
            SentBytes = sent,
            FlowCount = 1,
            Evidence = "ExactTuple",
            Timestamp = s_begin.AddSeconds(second + 1),
            Duration = TimeSpan.FromSeconds(1),
        };

    private static TrafficRow Nobody(long received) =>
        new()
        {
            Owner = "[no socket]",
            Category = nameof(TrafficCategory.NoSocket),
            Reason = "Closed before a look.",
            ReceivedBytes = received,
            Timestamp = s_begin.AddSeconds(1),
            Duration = TimeSpan.FromSeconds(1),
        };

    private static TrafficRow Flow(string remote, int port, long sent, string? name = null, int localPort = 40_000) =>
        Process(1, "curl", sent) with
        {
            Conversation = new Conversation("Tcp", localPort, remote, port, name, s_begin, s_begin.AddSeconds(1)),
        };

    private static string Render(params TrafficRow[] rows) => Render("A report", rows);

    private static string Render(string title, params TrafficRow[] rows) => Encoding.UTF8.GetString(Build(title, top: 20, rows));

    private static byte[] Build(string title, int top, TrafficRow[] rows)
    {
        ReportBuilder report = new(new ReportOptions(title, top));
        foreach (TrafficRow row in rows)
        {
            report.Add(row, totals: null);
        }

        return report.Render();
    }

    /// <summary>The first column of a table.</summary>
    private static string[] Column(string page, string heading)
    {
        string section = Regex.Match(page, $"<h2>{heading}</h2>(.*?)</section>", RegexOptions.Singleline).Groups[1].Value;
        return [.. Regex.Matches(section, "<tr><td>([^<]*)").Select(match => match.Groups[1].Value)];
    }

    private static string Plain(string page) => page.Replace('\u00a0', ' ').Replace('\u202f', ' ');

    private static string Local(int second) =>
        Regex.Escape(s_begin.AddSeconds(second).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
}
