using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.OwnerLookup;

/// <summary>Finds the owners of what a source counts, while it counts.</summary>
internal interface IOwnerSearch : IDisposable
{
    /// <summary>Is told of new conversations; null where the source names owners itself.</summary>
    INewFlowObserver? Observer { get; }

    /// <summary>What broke the search; null while all is well. Attribution goes on with what is known.</summary>
    Exception? Failure { get; }

    /// <summary>How many processes could not be read at the last look at all of them.</summary>
    int UnreadableProcesses { get; }

    /// <summary>How many sockets are remembered.</summary>
    int KnownSockets { get; }

    /// <summary>Whether so much is remembered that what nobody needs is to be forgotten.</summary>
    bool IsFilling => KnownSockets >= OwnerSearch.ManySockets;

    /// <summary>Gets ready; the source begins to count after this.</summary>
    void Start();

    /// <summary>The source has begun to count.</summary>
    void OnSourceStarted();

    /// <summary>Looks for every owner that rows of the snapshot lack, then attributes.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="cancellation">Ends the waiting, not the looking.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    List<AttributedFlow> ResolveOwners(FlowSnapshot snapshot, CancellationToken cancellation = default);

    /// <summary>
    /// Attributes conversations that have just begun with what is known by now, and what the feed knows; no table is read for
    /// them.
    /// </summary>
    /// <param name="snapshot">The conversations.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    List<AttributedFlow> AttributeNew(FlowSnapshot snapshot, CancellationToken cancellation) => Attribute(snapshot);

    /// <summary>Attributes with what is known by now.</summary>
    List<AttributedFlow> Attribute(FlowSnapshot snapshot);

    /// <summary>Forgets sockets that no conversation of the snapshot needs and that were not seen since a time.</summary>
    /// <param name="kept">What is counted still.</param>
    /// <param name="notSeenSince">The time, in microseconds since 1970 UTC.</param>
    void Forget(FlowSnapshot kept, long notSeenSince);

    /// <summary>Has whatever looks for owners end soon, on any thread: nobody will ask for them any more.</summary>
    void Cancel();

    /// <summary>Ends the search; what it found stays.</summary>
    void Stop();
}
