namespace ProcNet.Flows;

/// <summary>Is shown what packets carry. Asked for by those who learn names; without one nobody looks beyond the headers.</summary>
internal interface IPayloadObserver
{
    /// <summary>
    /// A packet of a conversation. Called on a counting thread for each one: must be quick, must not keep the bytes, and must never
    /// throw, whatever they are.
    /// </summary>
    /// <param name="key">The conversation.</param>
    /// <param name="fromLow">Whether the Low endpoint sent it.</param>
    /// <param name="time">Its time, in microseconds since 1970 UTC.</param>
    /// <param name="position">Which packet of its sender it is in the conversation, from 1.</param>
    /// <param name="isFirst">Whether no packet of the conversation came before it, of either end.</param>
    /// <param name="transport">What was captured of it from the transport header to the end of the packet.</param>
    void OnPacket(in FlowKey key, bool fromLow, long time, long position, bool isFirst, ReadOnlySpan<byte> transport);
}
