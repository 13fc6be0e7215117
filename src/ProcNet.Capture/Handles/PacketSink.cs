namespace ProcNet.Capture.Handles;

/// <summary>
/// Takes the packets of a handle. A class, not an interface: a virtual call takes a third of an interface call's time, and every
/// packet pays it.
/// </summary>
internal abstract class PacketSink
{
    /// <summary>Takes one packet. Allocates nothing.</summary>
    /// <param name="nanoseconds">Its time, in nanoseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes; gone when the call returns.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    public abstract void Take(long nanoseconds, ReadOnlySpan<byte> frame, int wireLength);
}
