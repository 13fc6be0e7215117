namespace ProcNet.Sources.Savefiles;

/// <summary>A packet of a savefile; valid until the next one is read.</summary>
internal ref struct SavefilePacket
{
    /// <summary>The interface that it was captured on: a place in <see cref="SavefileReader.Interfaces"/>.</summary>
    public int Interface;

    /// <summary>Its time, in microseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>Whether it has a time; simple packets of pcapng have none.</summary>
    public bool HasTime;

    /// <summary>The captured bytes.</summary>
    public ReadOnlySpan<byte> Frame;

    /// <summary>Its options, as they stand in a pcapng block; empty for none.</summary>
    public ReadOnlySpan<byte> Options;

    /// <summary>Whether numbers in them are big-endian.</summary>
    public bool IsSwapped;

    /// <summary>How long it was on the wire.</summary>
    public int WireLength;
}
