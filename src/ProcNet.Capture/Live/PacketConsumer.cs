using ProcNet.Packets;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Capture.Live;

/// <summary>Where the packets of all interfaces go: into the meter, and on to a file where one is wanted. The caller locks.</summary>
internal sealed class PacketConsumer
{
    private readonly PacketRecorder? _recorder;

    /// <summary>Begins with nothing counted.</summary>
    /// <param name="meter">Counts the packets.</param>
    /// <param name="recorder">Keeps them; null to keep none. Stays its owner's.</param>
    public PacketConsumer(PacketMeter meter, PacketRecorder? recorder)
    {
        Meter = meter;
        _recorder = recorder;
    }

    /// <summary>Counts the packets.</summary>
    public PacketMeter Meter { get; }

    /// <summary>Packets that are older than this (microseconds since 1970 UTC) came before the start, and are not counted.</summary>
    public long IgnoreBefore { get; set; }

    /// <summary>Counts one packet, by the next <see cref="Complete"/> at the latest.</summary>
    /// <param name="interfaceSlot">The interface.</param>
    /// <param name="nanoseconds">The packet's time, in nanoseconds since 1970 UTC.</param>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    public void Add(ushort interfaceSlot, long nanoseconds, ReadOnlySpan<byte> frame, int wireLength)
    {
        long time = Clock.FromWall(nanoseconds / 1000);
        if (time < IgnoreBefore)
        {
            return;
        }

        if (_recorder is null)
        {
            Meter.CountSoon(interfaceSlot, time, frame, wireLength);
            return;
        }

        _recorder.Add(interfaceSlot, nanoseconds, frame, wireLength, Meter.Count(interfaceSlot, time, frame, wireLength));
    }

    /// <summary>Ends a row of packets: all that were added are counted now.</summary>
    public void Complete() => Meter.CountWaiting();

    /// <summary>Hands on to the file what the interfaces saw and lost.</summary>
    /// <param name="interfaces">The interfaces.</param>
    /// <param name="startedAt">When the counting began, in microseconds since 1970 UTC.</param>
    /// <param name="endedAt">When it ended.</param>
    public void Close(IEnumerable<CapturedInterface> interfaces, long startedAt, long endedAt)
    {
        foreach (CapturedInterface captured in interfaces)
        {
            captured.RefreshStatistics();
            _recorder?.AddTotals(
                new InterfaceTotals(
                    captured.Described.Slot,
                    Clock.ToWall(startedAt),
                    Clock.ToWall(endedAt),
                    captured.Dropped,
                    captured.DroppedByInterface
                )
            );
        }
    }
}
