using System.Globalization;
using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>A line of the account: a process or a category.</summary>
internal sealed record AccountLine(string Name, long Bytes, string? Reason);

/// <summary>
/// What was attributed, what not, what was lost, and what nobody knows. Of the totals where they are known, else of the
/// rows.
/// </summary>
internal sealed class ReportAccount
{
    private const int MaxGaps = 10;

    // How owners are found that may be another's: rules stand behind them, not an observation of the conversation itself.
    private static readonly string[] s_byRule =
    [
        nameof(OwnerEvidence.ListeningSocket),
        nameof(OwnerEvidence.WildcardBind),
        nameof(OwnerEvidence.SharedSocket),
        nameof(OwnerEvidence.RawSocket),
    ];

    private readonly TrafficStatistics[] _totals = [];
    private readonly bool _hasAllTotals;
    private readonly long _rowBytes;

    public ReportAccount(IReadOnlyList<Tally> tallies, IReadOnlyList<TrafficStatistics> given)
    {
        if (tallies.Count == 0)
        {
            return;
        }

        Tally main = tallies[0];
        _rowBytes = main.TotalBytes;

        // Totals that were given by hand are of rows that came without theirs.
        _totals = [.. main.Totals, .. given.Where(totals => !main.Totals.Contains(totals))];
        _hasAllTotals = _totals.Length > 0 && (!main.LacksTotals || given.Count > 0);
        AttributedBytes = main.Categories.Largest(SumTable.MaxLines).Where(sum => sum.Row.IsAttributed).Sum(sum => sum.TotalBytes);
        AccountedBytes = _hasAllTotals ? _totals.Sum(totals => totals.AccountedBytes) : main.TotalBytes;
        Categories =
            _hasAllTotals ? OfTotals(main)
            : main.KnowsCategories ? OfRows(main)
            : [];
    }

    /// <summary>Bytes of the rows that have a process.</summary>
    public long AttributedBytes { get; }

    /// <summary>Bytes of all rows of the measurements.</summary>
    public long AccountedBytes { get; }

    /// <summary>Where they are, largest first.</summary>
    public IReadOnlyList<AccountLine> Categories { get; } = [];

    /// <summary>How many packets were lost, or that nobody knows.</summary>
    public string DroppedText => _hasAllTotals ? Html.Number(Dropped) : "unknown";

    /// <summary>What to know about the sums.</summary>
    public IReadOnlyList<string> Sentences
    {
        get
        {
            if (!_hasAllTotals)
            {
                return ["The totals of the measurement were not given, so the sums are those of the rows."];
            }

            long bytes = _totals.Sum(totals => totals.Bytes),
                local = _totals.Sum(totals => totals.LocalBytes),
                packets = _totals.Sum(totals => totals.Packets);
            List<string> sentences =
            [
                $"{Number(packets)} packets with {Number(bytes)} bytes were counted, from the first byte of the IP header.",
            ];
            if (local > 0)
            {
                sentences.Add(
                    $"{Number(local)} bytes of them went from this machine to itself: they are sent by one process and received by another, so they stand twice."
                );
            }

            bool isBalanced = _totals.All(totals => totals.IsBalanced);
            sentences.Add(
                isBalanced
                    ? "The account is balanced: every counted byte is in one row (of traffic within the machine: in two)."
                    : "The account is NOT balanced: the rows do not sum to what was counted. This should not happen."
            );
            return sentences;
        }
    }

    /// <summary>What the report cannot say, in sentences.</summary>
    public IReadOnlyList<string> Unknown(IReadOnlyList<Tally> tallies)
    {
        List<string> sentences = [];
        if (tallies.Count == 0)
        {
            return ["No row was given."];
        }

        Tally main = tallies[0];
        foreach (AccountLine line in Categories.Where(line => line.Reason is not null && line.Bytes > 0))
        {
            sentences.Add($"{Number(line.Bytes)} bytes have no process, {line.Name}: {line.Reason}");
        }

        AddDropped(sentences);
        AddMissingRows(sentences, main);
        AddRules(sentences, main);
        foreach (Tally tally in tallies)
        {
            AddTimes(sentences, tally);
        }

        if (tallies.Count > 1)
        {
            sentences.Add(
                "Rows of several kinds were given. They tell of the same bytes where they are of the same measurement; each table is of one kind."
            );
        }

        foreach (TrafficGrouping by in Enum.GetValues<TrafficGrouping>())
        {
            if (tallies.Any(tally => tally.Table(by) is { IsFull: true }))
            {
                sentences.Add(
                    $"There were more lines by {by} than {Number(SumTable.MaxLines)}: those that came later are one line, [others]."
                );
            }
        }

        return sentences;
    }

    private long Dropped => _totals.Sum(totals => totals.DroppedPackets + totals.InterfaceDroppedPackets);

    private static AccountLine[] OfRows(Tally main) =>
        [
            .. main
                .Categories.Largest(SumTable.MaxLines)
                .Select(sum => new AccountLine(
                    sum.Row.IsAttributed ? "processes" : sum.Row.Owner,
                    sum.TotalBytes,
                    sum.Row.IsAttributed ? null : sum.Row.Reason ?? ""
                )),
        ];

    private AccountLine[] OfTotals(Tally main)
    {
        Dictionary<string, string?> reasons = new(StringComparer.Ordinal);
        foreach (Sum sum in main.Categories.Largest(SumTable.MaxLines))
        {
            reasons.TryAdd(sum.Row.Category, sum.Row.Reason);
        }

        return
        [
            .. _totals
                .SelectMany(totals => totals.BytesByCategory)
                .GroupBy(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal)
                .Select(group => (Category: group.Key, Bytes: group.Sum()))
                .OrderByDescending(line => line.Bytes)
                .ThenBy(line => line.Category, StringComparer.Ordinal)
                .Select(line => new AccountLine(
                    line.Category == nameof(TrafficCategory.Process) ? "processes"
                        : Enum.TryParse(line.Category, out TrafficCategory category) ? OwnerText.Of(category)
                        : $"[{line.Category}]",
                    line.Bytes,
                    line.Category == nameof(TrafficCategory.Process) ? null : reasons.GetValueOrDefault(line.Category) ?? ""
                )),
        ];
    }

    private void AddDropped(List<string> sentences)
    {
        if (!_hasAllTotals)
        {
            sentences.Add(
                "Whether packets were dropped before they could be counted: the rows came without the totals of their measurement (-Statistics takes them)."
            );
        }
        else if (Dropped > 0)
        {
            sentences.Add(
                $"{Number(_totals.Sum(totals => totals.DroppedPackets))} packets were dropped by the kernel and "
                    + $"{Number(_totals.Sum(totals => totals.InterfaceDroppedPackets))} by the interfaces before they could be counted: no row has their bytes."
            );
        }
    }

    private void AddMissingRows(List<string> sentences, Tally main)
    {
        if (_hasAllTotals && _rowBytes != AccountedBytes)
        {
            sentences.Add(
                $"The rows that were given have {Number(_rowBytes)} of the {Number(AccountedBytes)} bytes that were measured: tables and plots show no others."
            );
        }

        if (!main.KnowsCategories)
        {
            sentences.Add("Rows of groups that processes share do not say how many of their bytes have a process.");
        }
    }

    private static void AddRules(List<string> sentences, Tally main)
    {
        long byRule = main
            .Evidence.Largest(SumTable.MaxLines)
            .Where(sum => sum.Evidence.Any(kind => s_byRule.Contains(kind)))
            .Sum(sum => sum.TotalBytes);
        if (byRule > 0)
        {
            sentences.Add(
                $"Up to {Number(byRule)} bytes were given to a process by a rule (a listening, shared or wildcard socket), not by the very socket of the conversation."
            );
        }
    }

    private static void AddTimes(List<string> sentences, Tally tally)
    {
        if (tally.OverlapCount > 0)
        {
            sentences.Add(
                $"{Number(tally.OverlapCount)} intervals overlap others of the same host: bytes may stand twice. Rows of one measurement, or of one file each, do not."
            );
        }

        if (tally.HasManyIntervals)
        {
            sentences.Add("There were too many intervals to say which of them overlap.");
        }

        foreach ((string host, Spans measured) in tally.Measured)
        {
            string of = host.Length > 0 ? $" on {host}" : "";
            for (int i = 1; i < Math.Min(measured.All.Count, MaxGaps + 1); i++)
            {
                sentences.Add($"Nothing was measured{of} from {Html.Time(measured.All[i - 1].End)} to {Html.Time(measured.All[i].Begin)}.");
            }

            if (measured.All.Count > MaxGaps + 1)
            {
                sentences.Add($"Nor{of} in {Number(measured.All.Count - 1 - MaxGaps)} more gaps.");
            }

            if (measured.IsJoined)
            {
                sentences.Add($"There were so many gaps{of} that the shortest are not shown.");
            }
        }
    }

    private static string Number(long number) => Html.Number(number);
}
