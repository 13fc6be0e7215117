namespace ProcNet.Packets;

/// <summary>Where a packet was counted.</summary>
/// <param name="Flow">The number of its conversation, or <see cref="TableFull"/>.</param>
/// <param name="FromLow">Whether the Low end sent it.</param>
internal readonly record struct CountedPacket(int Flow, bool FromLow)
{
    /// <summary>In place of a number: the table had no room for its conversation.</summary>
    public const int TableFull = -1;
}
