namespace ProcNet.Traffic.Savefiles;

/// <summary>Writes captured packets to a file. Used from one thread.</summary>
internal abstract class SavefileWriter : IDisposable
{
    // Large, so that a busy capture thread makes few system calls.
    private const int BufferSize = 1 << 20;

    private protected SavefileWriter(string path, FileStream file)
    {
        Path = path;
        File = file;
    }

    /// <summary>The file that is written.</summary>
    public string Path { get; }

    private protected FileStream File { get; }

    /// <summary>Creates a file: pcap where its name ends in <c>.pcap</c> or <c>.cap</c>, else pcapng.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may replace one that is there.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    public static SavefileWriter Create(string path, bool overwrite)
    {
        FileStream file;
        try
        {
            file = new FileStream(
                path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferSize);
        }
        catch (IOException e) when (!overwrite && System.IO.File.Exists(path))
        {
            throw new ProcNetException(
                ProcNetError.FileExists, $"The file '{path}' exists.", "Give another path, or -Force to replace it.", path, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ProcNetException(
                ProcNetError.FileAccessDenied, $"The file '{path}' cannot be written: {e.Message}",
                "Give a path in a directory that exists and that this user may write to.", path, e);
        }

        return System.IO.Path.GetExtension(path).ToUpperInvariant() is ".PCAP" or ".CAP"
            ? new PcapWriter(path, file)
            : new PcapNgWriter(path, file);
    }

    /// <summary>Declares an interface, before any packet; its packets carry <see cref="TrafficInterface.Slot"/>.</summary>
    /// <exception cref="ProcNetException">The format cannot hold interfaces of different link types in one file.</exception>
    public abstract void AddInterface(TrafficInterface captured, int snapLength);

    /// <summary>Writes a packet.</summary>
    /// <param name="interfaceSlot">The interface that it was captured on.</param>
    /// <param name="time">Its time, in microseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long it was on the wire.</param>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public abstract void Write(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength);

    /// <summary>Writes, after the last packet, what an interface lost. Formats without a place for it leave it out.</summary>
    /// <param name="interfaceSlot">The interface.</param>
    /// <param name="time">When the counting ended, in microseconds since 1970 UTC.</param>
    /// <param name="dropped">Packets that the kernel dropped because the capture did not keep up.</param>
    /// <param name="droppedByInterface">Packets that the interface dropped.</param>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public virtual void WriteStatistics(ushort interfaceSlot, long time, long dropped, long droppedByInterface)
    {
    }

    /// <summary>Writes out what is buffered.</summary>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public void Flush() => File.Flush();

    /// <summary>Writes out what is buffered and closes the file.</summary>
    public void Dispose()
    {
        File.Dispose();
        GC.SuppressFinalize(this);
    }
}
