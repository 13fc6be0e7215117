namespace ProcNet.History.Storage;

/// <summary>Makes one sample of two that follow each other.</summary>
internal static class SampleMerger
{
    /// <summary>Merges; null where they are of two measurements.</summary>
    public static HistorySample? TryMerge(HistorySample first, HistorySample second)
    {
        if (!ReferenceEquals(first.Measurement, second.Measurement))
        {
            return null;
        }

        var sums = new Dictionary<(HistoryIdentity, HistoryEndpoint?), HistoryEntry>();
        foreach (HistoryEntry entry in first.Entries.Concat(second.Entries))
        {
            (HistoryIdentity, HistoryEndpoint?) key = (entry.Identity, entry.Endpoint);
            sums[key] = sums.TryGetValue(key, out HistoryEntry sum) ? sum with { Counters = sum.Counters + entry.Counters } : entry;
        }

        return new HistorySample
        {
            Number = second.Number,
            FirstNumber = first.FirstNumber ?? first.Number,
            Measurement = first.Measurement,
            Host = first.Host,
            Source = first.Source,
            End = second.End,
            Duration = first.Duration + second.Duration,
            Account = first.Account is { } left && second.Account is { } right ? left + right : null,
            Entries = [.. sums.Values],
        };
    }
}
