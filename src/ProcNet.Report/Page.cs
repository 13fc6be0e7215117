using System.Globalization;
using System.Text;
using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>The page. It has no script and asks for nothing; the policy in its head says so to the browser.</summary>
internal sealed class Page
{
    private const int MaxBars = 12;
    private const int MaxLines = 6;
    private const string Key =
        "<p class=\"soft\"><svg class=\"key\" viewBox=\"0 0 22 8\"><path d=\"M0 4h22\" style=\"stroke:var(--sent);stroke-width:2\"/></svg> sent "
        + "<svg class=\"key\" viewBox=\"0 0 22 8\"><path d=\"M0 4h22\" style=\"stroke:var(--received);stroke-width:2;stroke-dasharray:5 3\"/></svg> received</p>";
    private const string BarKey =
        "<p class=\"soft\"><svg class=\"key\" viewBox=\"0 0 22 8\"><rect width=\"22\" height=\"8\" style=\"fill:var(--sent)\"/></svg> sent "
        + "<svg class=\"key\" viewBox=\"0 0 22 8\"><rect width=\"22\" height=\"8\" style=\"fill:url(#hatch);stroke:var(--received)\"/></svg> received</p>";

    private readonly StringBuilder _html = new();
    private readonly IReadOnlyList<Tally> _tallies;
    private readonly ReportAccount _account;
    private readonly int _top;
    private int _plots;

    /// <summary>Writes it.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="top">How many lines a table has at most.</param>
    /// <param name="tallies">The rows, by kind: the first kind is what the totals are of.</param>
    /// <param name="totals">Totals of measurements whose rows did not bring them.</param>
    public Page(string title, int top, IReadOnlyList<Tally> tallies, IReadOnlyList<TrafficStatistics> totals)
    {
        _tallies = tallies;
        _top = top;
        _account = new ReportAccount(tallies, totals);
        WriteHead(title);
        WriteFigures();
        WriteCourse();
        WriteTable(TrafficGrouping.Process, "By process", WriteProcesses);
        WriteTable(TrafficGrouping.Unit, "By systemd unit");
        WriteTable(
            TrafficGrouping.Remote,
            "By remote end",
            missing: "Rows of processes do not say whom they talked to: those of Get-TrafficFlow, or of Get-ProcessTraffic -GroupBy Remote, do."
        );
        WriteTable(TrafficGrouping.RemotePort, "By remote port");
        WriteTable(TrafficGrouping.Protocol, "By protocol");
        WriteTable(TrafficGrouping.User, "By user");
        WriteTable(TrafficGrouping.Container, "By container");
        WriteTable(TrafficGrouping.Executable, "By executable", isLeftOutWithProcesses: true);
        WriteTable(TrafficGrouping.Slice, "By systemd slice");
        WriteTable(TrafficGrouping.Interface, "By interface");
        WriteAccount();
        WriteUnknown();
        Line("</main></body></html>");
    }

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    private Tally? Main => _tallies.Count > 0 ? _tallies[0] : null;

    private void WriteHead(string title)
    {
        using var style = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream("Page.css")!);
        Line("<!DOCTYPE html>");
        Line("<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        Line("<meta name=\"referrer\" content=\"no-referrer\">");
        Line($"<title>{Html.Text(title)}</title><style>");
        _html.Append(style.ReadToEnd());
        Line("</style></head><body><main>");
        Line(
            "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"5\" height=\"5\" "
                + "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M1 0v5\" style=\"stroke:var(--received);stroke-width:1.6\"/>"
                + "</pattern></defs></svg>"
        );
        Line($"<h1>{Html.Text(title)}</h1>");
        if (Main is { Measured.Count: > 0 } tally)
        {
            DateTime begin = tally.Measured.Values.Min(spans => spans.All[0].Begin),
                end = tally.Measured.Values.Max(spans => spans.All[^1].End);
            string[] hosts = [.. tally.Measured.Keys.Where(host => host.Length > 0)];
            string on = hosts.Length > 0 ? $", measured on {string.Join(", ", hosts.Take(20).Select(host => Html.Text(host, 64)))}" : "";
            Line($"<p class=\"soft\">{Html.TimeAndZone(begin)} to {Html.TimeAndZone(end)}{on}</p>");
        }
    }

    private void WriteFigures()
    {
        if (Main is not { } tally)
        {
            Line("<p class=\"warn\">No row was given: there is nothing to report.</p>");
            return;
        }

        Line("<ul class=\"figures\">");
        Figure(Html.Size(tally.TotalBytes), "sent and received");
        Figure(Html.Size(tally.SentBytes), "sent");
        Figure(Html.Size(tally.ReceivedBytes), "received");
        if (tally.KnowsCategories)
        {
            Figure(Html.Share(_account.AttributedBytes, tally.TotalBytes), "of the bytes have a process");
        }

        Figure(_account.DroppedText, "packets dropped uncounted");
        Line("</ul>");
    }

    private void WriteCourse()
    {
        if (Main is not { } tally)
        {
            return;
        }

        Line("<section class=\"long\"><h2>Over time</h2>");
        if (tally.IntervalCount > 1)
        {
            Line(Key);
            Figure(Plots.OfTime(tally, tally.Line, 230, "Bytes per second over time, sent and received", NextId()));
            foreach (Sum sum in tally.Table(TrafficGrouping.Process)?.Largest(MaxLines) ?? [])
            {
                if (sum is { Line: { } line, TotalBytes: > 0 })
                {
                    Line($"<h3>{Html.Text(Name(sum))} <span class=\"soft\">{Html.Size(sum.TotalBytes)}</span></h3>");
                    Figure(Plots.OfTime(tally, line, 84, $"Bytes per second of {Html.Plain(sum.Name)}", NextId()));
                }
            }

            Line(
                $"<p class=\"soft\">Each step is {Html.Length(TimeSpan.FromTicks(tally.Grid.Width))}; rates are averages over it. Every plot has a scale of its own.</p>"
            );
        }
        else
        {
            Line("<p>The rows are of one interval: how much came when within it is not known. Samples (-SampleInterval) say it.</p>");
            Sum[] active = [.. (tally.Table(TrafficGrouping.Process)?.Largest(MaxBars) ?? []).Where(sum => sum.Activity is not null)];
            if (active.Length > 0)
            {
                Line("<p class=\"soft\">From the first packets of conversations to their last ones:</p>");
                Figure(Plots.OfActivity(active, Label, "When processes had conversations", NextId()));
            }
        }

        Line("</section>");
    }

    private void WriteTable(
        TrafficGrouping by,
        string heading,
        Action<IReadOnlyList<Sum>, Tally>? write = null,
        string? missing = null,
        bool isLeftOutWithProcesses = false
    )
    {
        Tally? tally = _tallies.FirstOrDefault(candidate => candidate.Table(by) is { Count: > 0 });
        bool hasProcesses = _tallies.Any(candidate => candidate.Table(TrafficGrouping.Process) is { Count: > 0 });
        if (tally is null || (isLeftOutWithProcesses && hasProcesses))
        {
            if (missing is not null && tally is null && Main is { TotalBytes: > 0 })
            {
                Line($"<section><h2>{heading}</h2><p>{Html.Text(missing, 400)}</p></section>");
            }

            return;
        }

        SumTable table = tally.Table(by)!;
        IReadOnlyList<Sum> sums = table.Largest(_top);
        if (by != TrafficGrouping.Process && sums.All(static sum => sum.Name.StartsWith('[')))
        {
            // No process has what the table is about.
            return;
        }

        Line($"<section class=\"long\"><h2>{heading}</h2>");
        if (sums[0].TotalBytes > 0)
        {
            Line(BarKey);
            Figure(Plots.OfSums([.. sums.Take(MaxBars)], Label, $"{heading}: bytes sent and received", NextId()));
        }

        Line("<div class=\"wide\"><table>");
        (write ?? WriteSums)(sums, tally);
        (int count, long sent, long received) = table.Rest(sums);
        if (count > 0)
        {
            int span = write is null ? 1 : 4;
            Line(
                $"<tr><td colspan=\"{span}\">{Html.Number(count)} more</td>{Bytes(sent, received, tally)}{(write is null ? "" : "<td></td>")}</tr>"
            );
        }

        Line("</tbody></table></div></section>");
    }

    private void WriteProcesses(IReadOnlyList<Sum> sums, Tally tally)
    {
        bool hasHosts = tally.Measured.Keys.Any(host => host.Length > 0);
        Line(
            "<thead><tr><th>Process</th><th class=\"n\">Id</th><th>User</th><th>Unit</th>"
                + $"{BytesHead}<th>Owner found by</th></tr></thead><tbody>"
        );
        foreach (Sum sum in sums)
        {
            TrafficRow row = sum.Row;
            string host = hasHosts && row.Host.Length > 0 ? $"<small>on {Html.Text(row.Host, 64)}</small>" : "";
            string detail = row.IsAttributed ? Html.Text(row.Path) : Html.Text(row.Reason, 300);
            Line(
                $"<tr><td>{Html.Text(sum.Name, 80)}{host}{(detail.Length > 0 ? $"<small>{detail}</small>" : "")}</td>"
                    + $"<td class=\"n\">{row.ProcessId?.ToString(CultureInfo.InvariantCulture)}</td><td>{Html.Text(row.UserName, 40)}</td>"
                    + $"<td>{Html.Text(row.Unit, 60)}</td>{Bytes(sum.SentBytes, sum.ReceivedBytes, tally)}"
                    + $"<td>{Html.Text(string.Join(", ", sum.Evidence), 120)}</td></tr>"
            );
        }
    }

    private void WriteSums(IReadOnlyList<Sum> sums, Tally tally)
    {
        Line($"<thead><tr><th>Name</th>{BytesHead}</tr></thead><tbody>");
        foreach (Sum sum in sums)
        {
            Line($"<tr><td>{Html.Text(sum.Name)}</td>{Bytes(sum.SentBytes, sum.ReceivedBytes, tally)}</tr>");
        }
    }

    private const string BytesHead =
        "<th class=\"n\">Sent</th><th class=\"n\">Received</th><th class=\"n\">Bytes in all</th><th class=\"n\">Share</th>";

    private static string Bytes(long sent, long received, Tally tally) =>
        $"<td class=\"n\">{Html.Size(sent)}</td><td class=\"n\">{Html.Size(received)}</td><td class=\"n\">{Html.Number(sent + received)}</td>"
        + $"<td class=\"n\">{Html.Share(sent + received, tally.TotalBytes)}</td>";

    private void WriteAccount()
    {
        if (Main is not { } tally)
        {
            return;
        }

        Line("<section><h2>The account</h2><p>Where every byte is: with a process, or with the reason why there is none.</p>");
        Line(
            "<div class=\"wide\"><table><thead><tr><th>Bytes of</th><th class=\"n\">Bytes</th><th class=\"n\">Share</th><th>What they are</th></tr></thead><tbody>"
        );
        foreach (AccountLine line in _account.Categories)
        {
            Line(
                $"<tr><td>{Html.Text(line.Name)}</td><td class=\"n\">{Html.Number(line.Bytes)}</td><td class=\"n\">"
                    + $"{Html.Share(line.Bytes, _account.AccountedBytes)}</td><td>{Html.Text(line.Reason, 300)}</td></tr>"
            );
        }

        Line(
            $"<tr><th>All rows</th><td class=\"n\">{Html.Number(_account.AccountedBytes)}</td><td class=\"n\">{Html.Share(1, 1)}</td><td></td></tr>"
        );
        Line("</tbody></table></div><ul class=\"plain\">");
        foreach (string sentence in _account.Sentences)
        {
            Line($"<li>{Html.Text(sentence, 600)}</li>");
        }

        Line("</ul>");
        if (tally.Evidence.Count > 0)
        {
            Line(
                "<h3>How owners were found</h3><div class=\"wide\"><table><thead><tr><th>By</th><th class=\"n\">Bytes</th><th class=\"n\">Share</th></tr></thead><tbody>"
            );
            foreach (Sum sum in tally.Evidence.Largest(12))
            {
                Line(
                    $"<tr><td>{Html.Text(sum.Name)}</td><td class=\"n\">{Html.Number(sum.TotalBytes)}</td><td class=\"n\">"
                        + $"{Html.Share(sum.TotalBytes, _account.AttributedBytes)}</td></tr>"
                );
            }

            Line("</tbody></table></div>");
        }

        Line("</section>");
    }

    private void WriteUnknown()
    {
        Line("<section><h2>What is not known</h2><ul class=\"plain\">");
        IReadOnlyList<string> sentences = _account.Unknown(_tallies);
        foreach (string sentence in sentences)
        {
            Line($"<li>{Html.Text(sentence, 600)}</li>");
        }

        if (sentences.Count == 0)
        {
            Line("<li>Nothing: each byte that was measured has a process, and no packet was dropped.</li>");
        }

        Line("</ul></section>");
    }

    private static string Name(Sum sum) =>
        sum.Row.ProcessId is int id
            ? string.Create(CultureInfo.InvariantCulture, $"{Html.Plain(sum.Name, 80)} ({id})")
            : Html.Plain(sum.Name, 80);

    private static string Label(Sum sum)
    {
        const int MaxLength = 30;
        return sum.Row.Grouping is null && sum.Row.ProcessId is int id && sum.Name == sum.Row.Owner
            ? string.Create(CultureInfo.InvariantCulture, $"{Html.Plain(sum.Name, MaxLength - 8)} ({id})")
            : Html.Plain(sum.Name, MaxLength);
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"p{++_plots}");

    private void Figure(string number, string what) => Line($"<li><b>{number}</b>{what}</li>");

    private void Figure(string drawing) => Line($"<figure>{drawing}</figure>");

    private void Line(string html) => _html.Append(html).Append('\n');
}
