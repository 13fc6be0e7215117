using ProcNet.Flows;
using ProcNet.Linux;

namespace ProcNet.Sources.Savefiles;

/// <summary>Writes captured packets to a file. Used from one thread.</summary>
internal abstract class SavefileWriter : IDisposable
{
    private readonly SavefileTarget _target;
    private bool _isDisposed;

    private protected SavefileWriter(SavefileTarget target)
    {
        _target = target;
        Output = new SavefileOutput(target.File);
    }

    /// <summary>The file that is written.</summary>
    public string Path => _target.Path;

    /// <summary>Bytes written so far.</summary>
    public long Length => Output.Length;

    /// <summary>Whether the format has a place for owners.</summary>
    public virtual bool TakesOwners => false;

    /// <summary>Whether bytes wait in the buffer.</summary>
    public bool HasUnwritten => Output.HasUnwritten;

    private protected SavefileOutput Output { get; }

    /// <summary>Creates a file: pcap where its name ends in <c>.pcap</c> or <c>.cap</c>, else pcapng.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may replace one that is there.</param>
    /// <param name="description">What the file says of its making; null for what is known here.</param>
    /// <param name="cancellation">Ends the waiting for somebody who reads a pipe.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static SavefileWriter Create(
        string path,
        bool overwrite,
        SavefileDescription? description = null,
        CancellationToken cancellation = default
    )
    {
        var target = SavefileTarget.Open(path, overwrite, cancellation);
        return IsPcap(path) ? new PcapWriter(target) : new PcapNgWriter(target, description);
    }

    /// <summary>Whether a name asks for the older format.</summary>
    public static bool IsPcap(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() is ".PCAP" or ".CAP";

    /// <summary>Takes the place of what the file held: the capture begins. Before this nothing is written out.</summary>
    /// <exception cref="ProcNetException">The file cannot be written.</exception>
    public void Begin()
    {
        try
        {
            _target.Begin();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SavefileTarget.CannotWrite(Path, e);
        }
    }

    /// <summary>Ends a file that never began: one that was there before is as it was, one that was not is gone.</summary>
    public void Abandon()
    {
        // Not the buffer over it, which would write out.
        _isDisposed = true;
        _target.Abandon();
    }

    /// <summary>Ends a write that waits for somebody, and all later ones. On any thread.</summary>
    public void Cancel() => _target.File.Cancel();

    /// <summary>Declares an interface, before any packet; its packets carry <see cref="TrafficInterface.Slot"/>.</summary>
    /// <exception cref="ProcNetException">The format cannot hold interfaces of different link types in one file.</exception>
    public abstract void AddInterface(TrafficInterface captured, int snapLength);

    /// <summary>Writes a packet.</summary>
    /// <param name="interfaceSlot">The interface that it was captured on.</param>
    /// <param name="nanoseconds">Its time, in nanoseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long it was on the wire.</param>
    /// <param name="options">Options of the packet with their end, as pcapng has them; formats without a place for them leave them
    /// out.</param>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public abstract void Write(
        ushort interfaceSlot,
        long nanoseconds,
        ReadOnlySpan<byte> frame,
        int wireLength,
        ReadOnlySpan<byte> options
    );

    /// <summary>Writes a packet without options, of a time in microseconds since 1970 UTC.</summary>
    public void Write(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength) =>
        Write(interfaceSlot, time * 1000, frame, wireLength, default);

    /// <summary>Notes a process that packets of the file name: <see cref="WriteProcesses"/> will describe it.</summary>
    public virtual void Name(RecordedProcess process) { }

    /// <summary>Writes who the processes are that packets and conversations of the file name; after the last packet.</summary>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public virtual void WriteProcesses() { }

    /// <summary>Writes conversations whose owners are resolved for good.</summary>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public virtual void WriteFlows(IEnumerable<RecordedFlow> flows) { }

    /// <summary>Writes, after the last packet, what an interface saw and lost. Formats without a place for it leave it out.</summary>
    /// <param name="totals">What it saw and lost.</param>
    /// <param name="counted">How many packets of it were counted.</param>
    /// <param name="delivered">How many of its packets are in the file.</param>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public virtual void WriteStatistics(in InterfaceTotals totals, long counted, long delivered) { }

    /// <summary>Writes out what is buffered.</summary>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public void Flush() => Output.Flush();

    /// <summary>Writes out what is buffered and closes the file.</summary>
    /// <exception cref="IOException">The file cannot take it; it is closed all the same.</exception>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            Output.Flush();
        }
        finally
        {
            _target.File.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
