namespace ProcNet.History;

/// <summary>Answers from a history. Not thread-safe.</summary>
internal interface IHistoryReader : IDisposable
{
    /// <summary>From when to when there is anything, UTC; null where there is nothing yet.</summary>
    (DateTime From, DateTime To)? Extent { get; }

    /// <summary>Whether any traffic was kept by the remote end.</summary>
    bool HasEndpoints { get; }

    /// <summary>
    /// Gives the rows of a question (ProcessTraffic, or GroupTraffic), interval after interval, within one largest
    /// first.
    /// </summary>
    IEnumerable<object> Read(HistoryQuery query, CancellationToken cancellation);

    /// <summary>Says of each hour whether it is whole and balanced.</summary>
    /// <param name="from">The first moment that is asked for, UTC.</param>
    /// <param name="to">The first moment that is no longer asked for, UTC.</param>
    /// <param name="cancellation">Ends it.</param>
    IEnumerable<TrafficHistoryHour> Check(DateTime from, DateTime to, CancellationToken cancellation);

    /// <summary>What the database itself says about its own pages and rows; empty where all is well.</summary>
    IReadOnlyList<string> FindDamage();
}
