namespace ProcNet.Flows;

/// <summary>An interface that a source counts on.</summary>
internal sealed record TrafficInterface
{
    /// <summary>Its place in the source; flow keys carry it.</summary>
    public required ushort Slot { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its index in its network namespace; 0 where it is not known (savefiles).</summary>
    public int Index { get; init; }

    /// <summary>What a frame on it begins with.</summary>
    public required LinkLayer LinkLayer { get; init; }

    /// <summary>The inode of its network namespace; null where it is not known (savefiles).</summary>
    public long? NetworkNamespace { get; init; }

    /// <summary>
    /// Whether conversations inside PPPoE are told apart: in a savefile, and where no interface that shows them again is
    /// captured.
    /// </summary>
    public bool OpensPppoe { get; init; }

    /// <summary>Its hardware address as a number (48 bits); 0 where it has none. Tells the direction of frames that are not IP.</summary>
    public ulong HardwareAddress { get; init; }
}
