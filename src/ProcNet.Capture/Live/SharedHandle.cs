using ProcNet.Flows;
using SharpPcap.LibPcap;

namespace ProcNet.Capture.Live;

/// <summary>
/// One handle for hundreds of interfaces: each of its own would take half a megabyte and a wait for the kernel's readers. Its owner locks.
/// </summary>
internal sealed class SharedHandle : CapturedInterface
{
    // Packets of an interface that came just now wait until it is known which it is, or that it is not captured.
    private const int MostWaiting = 4096;
    private const long LongestWaitNanoseconds = 2_000_000_000;

    private readonly PacketConsumer _consumer;
    private readonly List<Waiting> _waiting = [];
    private readonly HashSet<int> _given = [];
    private long _lost;

    /// <summary>Wraps an open device.</summary>
    /// <param name="device">An open device with a filter set, from now on this object's own.</param>
    /// <param name="described">What stands for all of them where it is told that the handle is lost.</param>
    /// <param name="consumer">Where the packets go.</param>
    /// <param name="interfaces">The interfaces.</param>
    public SharedHandle(LibPcapLiveDevice device, TrafficInterface described, PacketConsumer consumer, SharedInterfaces interfaces)
        : base(device, described, consumer, isLoopback: false)
    {
        _consumer = consumer;
        Interfaces = interfaces;
    }

    /// <summary>The interfaces.</summary>
    public SharedInterfaces Interfaces { get; }

    /// <inheritdoc/>
    public override long Dropped => base.Dropped + _lost;

    /// <summary>Makes an interface known, and counts what it showed before.</summary>
    public void Add(TrafficInterface added)
    {
        _consumer.Meter.AddInterface(added);
        Interfaces.Add(added);
        foreach (Waiting packet in _waiting.FindAll(packet => packet.Index == added.Index))
        {
            _consumer.Add(added.Slot, packet.Nanoseconds, packet.Frame, packet.WireLength);
        }

        _waiting.RemoveAll(packet => packet.Index == added.Index);
    }

    /// <inheritdoc/>
    public override void Take(long nanoseconds, ReadOnlySpan<byte> frame, int wireLength)
    {
        if (!Interfaces.TryFind(frame, out int index, out TrafficInterface? found))
        {
            Wait(index, nanoseconds, frame, wireLength);
        }
        else if (found is not null)
        {
            _consumer.Add(found.Slot, nanoseconds, frame, wireLength);
        }
    }

    private void Wait(int index, long nanoseconds, ReadOnlySpan<byte> frame, int wireLength)
    {
        if (_waiting.Count > 0 && nanoseconds - _waiting[0].Nanoseconds > LongestWaitNanoseconds)
        {
            // Nobody wants them: a port of a bridge that is captured, for example.
            _given.UnionWith(
                _waiting.Where(packet => nanoseconds - packet.Nanoseconds > LongestWaitNanoseconds).Select(packet => packet.Index)
            );
            Interfaces.Exclude(_given);
            _waiting.RemoveAll(packet => _given.Contains(packet.Index));
            _given.Clear();
        }

        if (_waiting.Count < MostWaiting)
        {
            _waiting.Add(new Waiting(index, nanoseconds, frame.ToArray(), wireLength));
        }
        else
        {
            _lost++;
        }
    }

    private sealed record Waiting(int Index, long Nanoseconds, byte[] Frame, int WireLength);
}
