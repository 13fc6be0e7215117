using ProcNet.Flows;

namespace ProcNet.Sources;

/// <summary>
/// A source whose table can be relieved of conversations that are over, so that a long measurement has room for new
/// ones.
/// </summary>
internal interface IExpiringSource : ITrafficSource
{
    /// <summary>How full the table is: 0 to 1.</summary>
    double Fullness { get; }

    /// <summary>
    /// Takes out the conversations without a packet since a time, closed ones sooner. The totals of later snapshots still include them.
    /// </summary>
    /// <param name="idleSince">The time for those that nobody closed, in microseconds since 1970 UTC.</param>
    /// <param name="closedSince">The time for TCP connections whose end was seen; not earlier than the other.</param>
    /// <returns>A snapshot of those taken out, and of nothing else.</returns>
    ExpiredFlows Expire(long idleSince, long closedSince);
}
