using ProcNet.Attribution;
using ProcNet.Capture.Handles;
using ProcNet.Capture.Native;
using ProcNet.Flows;
using SharpPcap.LibPcap;

namespace ProcNet.Capture.Live;

/// <summary>An interface whose packets are counted. Its owner locks.</summary>
internal class CapturedInterface : PacketSink, IDisposable
{
    private readonly PacketConsumer _consumer;
    private readonly PacketHandle _handle;
    private PcapStat _statisticsAtStart;
    private PcapStat _statistics;
    private volatile bool _isClosed;

    /// <summary>Wraps an open device.</summary>
    /// <param name="device">An open device with a filter set, from now on this object's own.</param>
    /// <param name="described">What the packets' keys name.</param>
    /// <param name="consumer">Where the packets go.</param>
    /// <param name="isLoopback">Whether the interface is a loopback.</param>
    public CapturedInterface(LibPcapLiveDevice device, TrafficInterface described, PacketConsumer consumer, bool isLoopback)
    {
        Described = described;
        _consumer = consumer;
        _handle = new PacketHandle(device, this, isLoopback);
    }

    /// <summary>What the packets' keys name.</summary>
    public TrafficInterface Described { get; }

    /// <summary>The handle of its first packets, which is closed with it; null where another one closes it, or there is none.</summary>
    public PacketHandle? TriggerHandle { get; set; }

    /// <summary>The descriptor to poll.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>Whether it still gives packets.</summary>
    public InterfaceState State { get; private set; }

    /// <summary>When <see cref="State"/> changed, on a clock that only goes forward, in milliseconds.</summary>
    public long StateSince { get; private set; }

    /// <summary>Why it is lost, in libpcap's words.</summary>
    public string LostReason { get; private set; } = string.Empty;

    /// <summary>Packets that the kernel dropped since the start because the ring was full.</summary>
    public virtual long Dropped => CountDropped(_statisticsAtStart, _statistics, _handle.IsOfferedTwice);

    /// <summary>Packets that the interface dropped since the start.</summary>
    public long DroppedByInterface => unchecked(_statistics.DroppedByInterface - _statisticsAtStart.DroppedByInterface);

    /// <summary>Packets that found the ring full between two times.</summary>
    /// <param name="before">The kernel's counts at the first.</param>
    /// <param name="now">Its counts at the second; they may have wrapped.</param>
    /// <param name="isOfferedTwice">Whether it counted each packet twice. Where the ring is full for one it is mostly full for the other,
    /// which follows at once.</param>
    internal static long CountDropped(in PcapStat before, in PcapStat now, bool isOfferedTwice)
    {
        uint dropped = unchecked(now.Dropped - before.Dropped);
        return isOfferedTwice ? dropped / 2 : dropped;
    }

    /// <summary>Throws away what the ring holds, and forgets what was dropped until now.</summary>
    public void Begin()
    {
        _ = _handle.TryGetStatistics(out _statisticsAtStart);
        _statistics = _statisticsAtStart;
    }

    /// <summary>Counts packets that wait in the ring. Never blocks, never throws.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>How many.</returns>
    public int Serve(int most)
    {
        if (State == InterfaceState.Lost)
        {
            return 0;
        }

        int count = _handle.Dispatch(most);
        if (count < 0)
        {
            LostReason = _handle.Fault is { } fault ? fault.ToString() : _handle.LastError;
            ChangeState(InterfaceState.Lost);
            return 0;
        }

        if (count == 0 || State == InterfaceState.Down)
        {
            ChangeState(_handle.IsDown ? InterfaceState.Down : InterfaceState.Up);
        }

        return count;
    }

    /// <summary>Asks libpcap what was dropped; what it said last holds where it does not answer (the interface is gone).</summary>
    public void RefreshStatistics()
    {
        if (!_isClosed && _handle.TryGetStatistics(out PcapStat statistics))
        {
            _statistics = statistics;
        }
    }

    /// <inheritdoc/>
    public override void Take(long nanoseconds, ReadOnlySpan<byte> frame, int wireLength) =>
        _consumer.Add(Described.Slot, nanoseconds, frame, wireLength);

    /// <summary>Closes the handle of an interface that is lost; what was counted stays.</summary>
    public void CloseHandle() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            TriggerHandle?.Dispose();
            _handle.Dispose();
        }
    }

    private void ChangeState(InterfaceState state)
    {
        if (State != state)
        {
            State = state;
            StateSince = Environment.TickCount64;
        }
    }
}
