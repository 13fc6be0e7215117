namespace ProcNet.Sources.Recording;

/// <summary>What is kept of a packet beside its bytes while it waits to be written.</summary>
internal struct RecordedPacket
{
    /// <summary>Its time, in nanoseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>The number of its conversation (<see cref="Packets.CountedPacket.Flow"/>).</summary>
    public int Flow;

    /// <summary>How many of its bytes were captured.</summary>
    public int CapturedLength;

    /// <summary>How long it was on the wire.</summary>
    public int WireLength;

    /// <summary>The interface that it was captured on.</summary>
    public ushort Interface;

    /// <summary>Whether the Low end of its conversation sent it.</summary>
    public bool FromLow;
}
