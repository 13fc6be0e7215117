namespace ProcNet.Flows;

/// <summary>Is told of a conversation at its first packet, while its socket is still there to be asked about.</summary>
internal interface INewFlowObserver
{
    /// <summary>
    /// A conversation began. Called on a capture thread: must return within microseconds and never throw.
    /// It may be told of the same conversation more than once.
    /// </summary>
    /// <param name="key">The conversation.</param>
    /// <param name="fromLow">Whether the Low endpoint sent the packet.</param>
    /// <param name="seenAt">The packet's time in microseconds since 1970 UTC.</param>
    /// <param name="interfaceIndex">The index of the interface that showed it; 0 where it is not known.</param>
    void OnNewFlow(in FlowKey key, bool fromLow, long seenAt, int interfaceIndex);

    /// <summary>
    /// Which sockets of the captured namespace a conversation of datagrams has now: a number that is another one when they are others.
    /// Called on a capture thread, when one begins and when it goes on after a pause; as quick as <see cref="OnNewFlow"/>.
    /// </summary>
    /// <param name="key">The conversation.</param>
    /// <param name="fromLow">Whether the Low endpoint sent the packet.</param>
    /// <param name="interfaceIndex">The index of the interface that showed it; 0 where it is not known.</param>
    /// <returns>
    /// The number; 0 where there is no socket. Where the packet's sender is ours and has gone already it is another one each time: it
    /// cannot send again. Null where nothing can be said.
    /// </returns>
    ulong? IdentifySockets(in FlowKey key, bool fromLow, int interfaceIndex) => null;
}
