using ProcNet.Attribution;
using ProcNet.Packets;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Capture.Live;

/// <summary>Where the packets of all interfaces go: into the meter, and into a file where one is wanted. The caller locks.</summary>
internal sealed class PacketConsumer
{
    /// <summary>How long, in milliseconds, a packet may wait in the buffer of a file: it can be looked at meanwhile, and little is lost with the power.</summary>
    public const int LongestInBufferMilliseconds = 1000;

    private SavefileWriter? _writer;
    private long _writtenOutAt;

    /// <summary>Begins with nothing counted.</summary>
    /// <param name="meter">Counts the packets.</param>
    /// <param name="writer">Keeps them; null to keep none. Stays its owner's.</param>
    public PacketConsumer(PacketMeter meter, SavefileWriter? writer)
    {
        Meter = meter;
        _writer = writer;
    }

    /// <summary>Counts the packets.</summary>
    public PacketMeter Meter { get; }

    /// <summary>Packets counted.</summary>
    public long Packets { get; private set; }

    /// <summary>Packets that are older than this (microseconds since 1970 UTC) came before the start, and are not counted.</summary>
    public long IgnoreBefore { get; set; }

    /// <summary>Why the packets are not written any more; null while they are.</summary>
    public Exception? WriteFailure { get; private set; }

    /// <summary>Whether packets wait in the buffer of the file.</summary>
    public bool HasUnwritten { get; private set; }

    /// <summary>Writes out what has waited long enough.</summary>
    /// <param name="now">A clock that only goes forward, in milliseconds.</param>
    public void WriteOutIfDue(long now)
    {
        if (HasUnwritten && now - _writtenOutAt >= LongestInBufferMilliseconds)
        {
            _writtenOutAt = now;
            HasUnwritten = false;
            try
            {
                _writer?.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                GiveUpWriting(e);
            }
        }
    }

    /// <summary>Counts one packet.</summary>
    public void Add(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        if (time < IgnoreBefore)
        {
            return;
        }

        Packets++;
        Meter.Count(interfaceSlot, time, frame, wireLength);
        if (_writer is not null)
        {
            Write(interfaceSlot, time, frame, wireLength);
        }
    }

    /// <summary>Writes into the file what an interface lost, and writes out what the file's buffer holds.</summary>
    /// <param name="interfaces">The interfaces.</param>
    /// <param name="endedAt">When the counting ended, in microseconds since 1970 UTC.</param>
    public void Close(IEnumerable<CapturedInterface> interfaces, long endedAt)
    {
        try
        {
            foreach (CapturedInterface captured in interfaces)
            {
                captured.RefreshStatistics();
                _writer?.WriteStatistics(captured.Described.Slot, endedAt, captured.Dropped, captured.DroppedByInterface);
            }

            _writer?.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUpWriting(e);
        }
    }

    private void Write(ushort interfaceSlot, long time, ReadOnlySpan<byte> frame, int wireLength)
    {
        try
        {
            _writer!.Write(interfaceSlot, time, frame, wireLength);
            HasUnwritten = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUpWriting(e);
        }
    }

    private void GiveUpWriting(Exception cause)
    {
        WriteFailure = cause;
        _writer = null;
    }
}
