namespace ProcNet.History.Storage;

/// <summary>Makes one sample of two that follow each other: their bytes stay, and when each came is lost.</summary>
internal static class SampleMerger
{
    /// <summary>Merges. Of two measurements the later one is taken for both.</summary>
    /// <param name="first">The earlier one.</param>
    /// <param name="second">The later one.</param>
    /// <param name="mostEntries">How many entries it may have: beyond it the smallest are summed in one, as a full table does.</param>
    public static HistorySample Merge(HistorySample first, HistorySample second, int mostEntries)
    {
        var sums = new Dictionary<(HistoryIdentity, HistoryEndpoint?), HistoryEntry>();
        foreach (HistoryEntry entry in first.Entries.Concat(second.Entries))
        {
            (HistoryIdentity, HistoryEndpoint?) key = (entry.Identity, entry.Endpoint);
            sums[key] = sums.TryGetValue(key, out HistoryEntry sum) ? sum with { Counters = sum.Counters + entry.Counters } : entry;
        }

        bool isSame = ReferenceEquals(first.Measurement, second.Measurement);
        return new HistorySample
        {
            Number = second.Number,
            FirstNumber = isSame ? first.FirstNumber ?? first.Number : second.FirstNumber,
            Measurement = second.Measurement,
            Host = second.Host,
            Source = second.Source,
            End = second.End,
            Duration = DurationOf(first) + DurationOf(second),
            IsSupplement = first.IsSupplement && second.IsSupplement,
            Account = first.Account is { } left && second.Account is { } right ? left + right : null,
            Entries = Shorten([.. sums.Values], mostEntries),
        };
    }

    private static TimeSpan DurationOf(HistorySample sample) => sample.IsSupplement ? TimeSpan.Zero : sample.Duration;

    private static List<HistoryEntry> Shorten(List<HistoryEntry> entries, int most)
    {
        if (entries.Count <= most)
        {
            return entries;
        }

        entries.Sort(static (left, right) => right.Counters.TotalBytes.CompareTo(left.Counters.TotalBytes));
        HistoryCounters rest = default;
        foreach (HistoryEntry entry in entries[(most / 2)..])
        {
            rest = rest.Beside(entry.Counters);
        }

        entries.RemoveRange(most / 2, entries.Count - (most / 2));
        entries.Add(
            new HistoryEntry(
                new HistoryIdentity { Category = TrafficCategory.TableFull },
                null,
                rest with
                {
                    Evidence = OwnerEvidence.None,
                }
            )
        );
        return entries;
    }
}
