namespace ProcNet.History;

/// <summary>A question to a history.</summary>
internal sealed record HistoryQuery
{
    /// <summary>The first moment, UTC; null for the history's begin.</summary>
    public DateTime? From { get; init; }

    /// <summary>The first moment that no longer counts, UTC; null for the history's end.</summary>
    public DateTime? To { get; init; }

    /// <summary>The length of the intervals that rows are summed by; null for one sum of all.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Whose clocks say where intervals begin.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    /// <summary>What rows are summed by.</summary>
    public TrafficGrouping GroupBy { get; init; }

    /// <summary>Says whose traffic is asked for; null for everybody's.</summary>
    public Func<HistoryIdentity, bool>? IsWanted { get; init; }

    /// <summary>Says with whom; null for anybody.</summary>
    public Func<HistoryEndpoint?, bool>? IsWantedEndpoint { get; init; }

    /// <summary>Takes what the user should know about the answer.</summary>
    public Action<string>? Explain { get; init; }
}
