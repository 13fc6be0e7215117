namespace ProcNet.Packets;

/// <summary>Where a packet was counted.</summary>
/// <param name="Flow">The number of its conversation, or <see cref="TableFull"/>.</param>
/// <param name="FromLow">Whether the Low endpoint sent it.</param>
/// <param name="Bytes">Its bytes from the first one of the IP header.</param>
internal readonly record struct CountedPacket(int Flow, bool FromLow, int Bytes)
{
    /// <summary>In place of a number: the table had no room for its conversation.</summary>
    public const int TableFull = -1;
}
