using ProcNet.Flows;

namespace ProcNet.Sources;

/// <summary>
/// Hands out flows with counters: a live capture, a savefile, a feed from the kernel. Everything above is the same for each.
/// Created open and silent; <see cref="Start"/> begins counting. Thread-safe but for Dispose.
/// </summary>
internal interface ITrafficSource : IDisposable
{
    /// <summary>What kind of source this is.</summary>
    TrafficSourceKind Kind { get; }

    /// <summary>The interfaces that it counts on; may grow while a savefile is read.</summary>
    IReadOnlyList<TrafficInterface> Interfaces { get; }

    /// <summary>
    /// Ends when the source has nothing more to give: a savefile was read, every interface is gone, or Stop was called. Never
    /// faults: see <see cref="Failure"/>.
    /// </summary>
    Task Completion { get; }

    /// <summary>Why the source ended early; null while all is well.</summary>
    ProcNetException? Failure { get; }

    /// <summary>Begins counting.</summary>
    /// <param name="observer">Is told of conversations at their first packet; null where nobody listens.</param>
    /// <param name="notify">Takes notices (a lost interface, a cut file). Called on the source's own threads.</param>
    void Start(INewFlowObserver? observer, Action<Notice> notify);

    /// <summary>How long what passed may wait in the kernel before a <see cref="Snapshot"/> has it.</summary>
    TimeSpan Lag => TimeSpan.Zero;

    /// <summary>What was counted by now, the packets that wait in the kernel's ring included as far as they were delivered.</summary>
    TrafficTotals Totals { get; }

    /// <summary>Copies the counters, the packets that wait in the kernel's ring included as far as they were delivered.</summary>
    FlowSnapshot Snapshot();

    /// <summary>Ends counting after the packets already in the ring are counted. Returns when the counters are final. Idempotent.</summary>
    void Stop();
}
