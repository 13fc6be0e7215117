namespace ProcNet.Traffic;

/// <summary>Is told of a conversation at its first packet, while its socket is still there to be asked about.</summary>
internal interface INewFlowObserver
{
    /// <summary>
    /// A conversation began. Called on a capture thread: must return within microseconds and never throw.
    /// It may be told of the same conversation more than once.
    /// </summary>
    /// <param name="key">The conversation.</param>
    /// <param name="fromLow">Whether the Low end sent the packet.</param>
    /// <param name="seenAt">The packet's time in microseconds since 1970 UTC.</param>
    void OnNewFlow(in FlowKey key, bool fromLow, long seenAt);
}
