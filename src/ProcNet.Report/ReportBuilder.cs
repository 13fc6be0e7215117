using System.Text;
using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>Sums the rows as they come: so many as there are, what is kept of them is bounded.</summary>
internal sealed class ReportBuilder(ReportOptions options) : IReportBuilder
{
    // A page that opens at once and goes through mail.
    private const int MaxBytes = 300_000;
    private const int FewestLines = 5;

    private readonly SortedDictionary<(int Rank, TrafficGrouping Grouping), Tally> _tallies = [];
    private readonly List<TrafficStatistics> _totals = [];

    /// <inheritdoc/>
    public void Add(TrafficRow row, TrafficStatistics? totals)
    {
        (int rank, TrafficGrouping? grouping) =
            row.Conversation is not null ? (1, null)
            : row.Grouping is { } text && Enum.TryParse(text, ignoreCase: true, out TrafficGrouping by) ? (2, by)
            : (0, (TrafficGrouping?)null);
        if (!_tallies.TryGetValue((rank, grouping ?? default), out Tally? tally))
        {
            _tallies.Add((rank, grouping ?? default), tally = new Tally(grouping, hasConversations: rank == 1));
        }

        tally.Add(row, totals);
    }

    /// <inheritdoc/>
    public void Add(TrafficStatistics totals) => _totals.Add(totals);

    /// <inheritdoc/>
    public byte[] Render()
    {
        // Names are of any length: where those of the longest lists would make the page too large, the lists get shorter.
        for (int top = options.Top; ; top = Math.Max(FewestLines, top / 2))
        {
            byte[] page = Encoding.UTF8.GetBytes(new Page(options.Title, top, [.. _tallies.Values], _totals).ToString());
            if (page.Length <= MaxBytes || top <= FewestLines)
            {
                return page;
            }
        }
    }
}
