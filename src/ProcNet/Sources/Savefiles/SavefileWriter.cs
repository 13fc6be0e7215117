using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>Writes captured packets to a file. Used from one thread.</summary>
internal abstract class SavefileWriter : IDisposable
{
    // Large, so that a busy capture thread makes few system calls.
    private const int BufferSize = 1 << 20;

    private readonly FileStream _file;
    private readonly bool _isNew;

    private protected SavefileWriter(SavefileTarget target)
    {
        Path = target.Path;
        _file = target.File;
        _isNew = target.IsNew;
        File = new BufferedStream(_file, BufferSize);
    }

    /// <summary>The file that is written.</summary>
    public string Path { get; }

    private protected Stream File { get; }

    /// <summary>Creates a file: pcap where its name ends in <c>.pcap</c> or <c>.cap</c>, else pcapng.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may replace one that is there.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    public static SavefileWriter Create(string path, bool overwrite)
    {
        var target = SavefileTarget.Open(path, overwrite);
        return System.IO.Path.GetExtension(path).ToUpperInvariant() is ".PCAP" or ".CAP"
            ? new PcapWriter(target)
            : new PcapNgWriter(target);
    }

    /// <summary>Takes the place of what the file held: the capture begins. Before this nothing is written out.</summary>
    /// <exception cref="ProcNetException">The file cannot be written.</exception>
    public void Begin()
    {
        try
        {
            if (!_isNew && _file.CanSeek)
            {
                _file.SetLength(0);
            }

            // A file that is looked at meanwhile is a capture from its first moment.
            Flush();
        }
        catch (IOException e)
        {
            throw SavefileTarget.CannotWrite(Path, e);
        }
    }

    /// <summary>Ends a file that never began: one that was there before is as it was, one that was not is gone.</summary>
    public void Abandon()
    {
        // Not the buffer over it, which would write out.
        _file.Dispose();
        if (_isNew)
        {
            System.IO.File.Delete(Path);
        }
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
