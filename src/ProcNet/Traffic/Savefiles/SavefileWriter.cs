namespace ProcNet.Traffic.Savefiles;

/// <summary>Writes captured packets to a file. Used from one thread.</summary>
internal abstract class SavefileWriter : IDisposable
{
    /// <summary>Declares an interface; its packets carry <see cref="TrafficInterface.Slot"/>.</summary>
    public abstract void AddInterface(TrafficInterface captured, int snapLength);

    /// <summary>Writes a packet.</summary>
    /// <param name="interfaceSlot">The interface that it was captured on.</param>
    /// <param name="time">Its time, in microseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long it was on the wire.</param>
    public abstract void Write(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength);

    /// <summary>Writes out what is buffered.</summary>
    public abstract void Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes out what is buffered and closes the file.</summary>
    protected abstract void Dispose(bool disposing);
}
