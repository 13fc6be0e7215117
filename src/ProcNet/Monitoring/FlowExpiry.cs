using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.OwnerLookup;
using ProcNet.Sources;

namespace ProcNet.Monitoring;

/// <summary>
/// Keeps a long measurement within its bounds: when the table or the memory of sockets fills, conversations that are over are resolved with
/// their owners, summed, and taken out. Used under the monitor's lock.
/// </summary>
internal sealed class FlowExpiry
{
    /// <summary>How often to see whether it is needed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const double FullEnough = 0.5;

    // Who takes samples asks for no conversation that is over: 8,192 are kept, so that the memory of a long run is level soon.
    private const double FullEnoughOfSamples = 1.0 / 32;
    private const int ManySocketsOfSamples = 8192;
    private const int MostSumsOfSamples = 4096;
    private const long BetweenRunsOfSamples = 10_000;

    // A closed connection may still see a retransmission, and its owner may still be searched for.
    private const long ClosedMicroseconds = 10_000_000;
    private const long IdleMicroseconds = 60_000_000;
    private const double NearlyFull = 0.75;
    private const long IdleWhenNearlyFullMicroseconds = 10_000_000;

    // A packet is counted a little after the time that it bears.
    private const long DeliveryMicroseconds = 1_000_000;

    private readonly IExpiringSource _source;
    private readonly IOwnerSearch _search;
    private readonly FlowRecording? _recording;
    private long _ranAt = Environment.TickCount64;

    /// <summary>Prepares it.</summary>
    /// <param name="source">Counts the conversations.</param>
    /// <param name="search">Finds their owners.</param>
    /// <param name="recording">Is told of what is taken out; null for nobody.</param>
    public FlowExpiry(IExpiringSource source, IOwnerSearch search, FlowRecording? recording = null)
    {
        _recording = recording;
        _source = source;
        _search = search;
    }

    /// <summary>The sums of what was taken out.</summary>
    public ExpiredFlowTotals Totals { get; } = new();

    /// <summary>Whether there is too much to keep.</summary>
    /// <param name="previous">The snapshot that the next interval is counted from; null where no intervals are reported.</param>
    public bool IsNeeded(FlowSnapshot? previous) =>
        _source.Fullness >= FullEnough
        || _search.IsFilling
        || (
            previous is not null
            && (_source.Fullness >= FullEnoughOfSamples || _search.KnownSockets >= ManySocketsOfSamples)
            && Environment.TickCount64 - _ranAt >= BetweenRunsOfSamples
        );

    /// <summary>Resolves the owners of what is over, and takes it out.</summary>
    /// <param name="previous">
    /// The snapshot that the next interval is counted from: what had packets since is not taken out. Null where no intervals are reported.
    /// </param>
    /// <returns>The same snapshot without what was taken out.</returns>
    public FlowSnapshot? Run(FlowSnapshot? previous)
    {
        long now = Clock.Now;
        long idle = _source.Fullness >= NearlyFull ? IdleWhenNearlyFullMicroseconds : IdleMicroseconds;
        long latest = (previous?.TakenAt ?? now) - DeliveryMicroseconds;
        ExpiredFlows expired = _source.Expire(Math.Min(now - idle, latest), Math.Min(now - ClosedMicroseconds, latest));
        _ranAt = Environment.TickCount64;
        if (expired.Places.Count == 0 && !_search.IsFilling && _search.KnownSockets < ManySocketsOfSamples)
        {
            // Nothing is over yet, and there is nothing to forget.
            return previous;
        }

        List<AttributedFlow> flows = expired.Places.Count == 0 ? [] : _search.ResolveOwners(expired.Snapshot);
        foreach (AttributedFlow flow in flows)
        {
            Totals.Add(flow, previous is null ? ExpiredFlowTotals.DefaultMost : MostSumsOfSamples);
        }

        _recording?.Add(flows);

        _search.Forget(_source.Snapshot(), now - (_search.IsFilling ? IdleWhenNearlyFullMicroseconds : idle));
        return previous?.Without(expired.Snapshot);
    }
}
