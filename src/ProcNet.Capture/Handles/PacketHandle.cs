using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ProcNet.Capture.Native;
using ProcNet.Flows;
using ProcNet.Linux;
using SharpPcap.LibPcap;

namespace ProcNet.Capture.Handles;

/// <summary>
/// One open capture on one interface: SharpPcap opened it, and packets come out by pcap_dispatch and an unmanaged function
/// pointer, with nothing allocated. One thread at a time uses it.
/// </summary>
internal sealed unsafe class PacketHandle : IDisposable
{
    private readonly LibPcapLiveDevice _device;
    private readonly nint _pcap;
    private readonly PacketSink _sink;
    private readonly long _fractionsPerSecond;
    private readonly long _nanosecondsPerFraction;
    private GCHandle<PacketHandle> _self;

    /// <summary>Wraps an open device and puts it into non-blocking mode.</summary>
    /// <param name="device">An open device, from now on this handle's own.</param>
    /// <param name="sink">Takes the packets.</param>
    /// <param name="isLoopback">Whether the interface is a loopback.</param>
    public PacketHandle(LibPcapLiveDevice device, PacketSink sink, bool isLoopback)
    {
        _device = device;
        _sink = sink;
        _device.NonBlockingMode = true;
        _pcap = device.Handle.DangerousGetHandle();
        _self = new GCHandle<PacketHandle>(this);
        bool isExact = LibPcap.GetTimestampPrecision(_pcap) == LibPcap.NanosecondPrecision;
        _fractionsPerSecond = isExact ? 1_000_000_000 : 1_000_000;
        _nanosecondsPerFraction = isExact ? 1 : 1000;
        Descriptor = LibPcap.GetSelectableDescriptor(_pcap);
        IsOfferedTwice = isLoopback && !PacketSocket.TryIgnoreOutgoing(Descriptor);
    }

    /// <summary>The descriptor to poll.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// Whether the kernel offers each packet twice, going out and coming in: libpcap passes over the one (linux_check_direction in
    /// pcap-linux.c), but it takes room in the ring, and the statistics have both.
    /// </summary>
    public bool IsOfferedTwice { get; }

    /// <summary>What a frame begins with.</summary>
    public LinkLayer LinkLayer => (LinkLayer)(int)_device.LinkType;

    /// <summary>What the sink threw; the handle gives no more packets then.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>libpcap's own words for the last error.</summary>
    public string LastError => _device.LastError;

    /// <summary>
    /// Whether libpcap has seen the interface go down and not come up yet. Then <see cref="Dispatch"/> must be called now and
    /// again: it finds out which of the two comes.
    /// </summary>
    public bool IsDown => LibPcap.GetRequiredSelectTimeout(_pcap) != 0;

    /// <summary>Hands packets that wait in the ring to the sink. Never blocks.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>How many; negative where the capture is broken for good.</returns>
    public int Dispatch(int most)
    {
        Clock.Refresh();
        return Fault is null ? LibPcap.Dispatch(_pcap, most, &OnPacket, GCHandle<PacketHandle>.ToIntPtr(_self)) : -1;
    }

    /// <summary>Reads libpcap's counts of what was lost since the handle was opened.</summary>
    public bool TryGetStatistics(out PcapStat statistics)
    {
        fixed (PcapStat* target = &statistics)
        {
            return LibPcap.Stats(_pcap, target) == 0;
        }
    }

    /// <summary>Sets the filter. Never leave it unset: without one the kernel copies whole packets, whatever the snap length.</summary>
    /// <exception cref="SharpPcap.PcapException">It does not compile for this link type; the message is libpcap's.</exception>
    public void SetFilter(string expression) => _device.Filter = expression;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Takes 20 ms: the kernel waits for its readers (synchronize_net in packet_release).
        _device.Dispose();
        _self.Dispose();
    }

    // The runtime would keep the code that was compiled ahead: what native code calls does not move up to a better tier.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OnPacket(nint user, PcapPacketHeader* header, byte* data)
    {
        PacketHandle self = GCHandle<PacketHandle>.FromIntPtr(user).Target;
        try
        {
            self._sink.Take(
                ((header->Seconds * self._fractionsPerSecond) + header->Fraction) * self._nanosecondsPerFraction,
                new ReadOnlySpan<byte>(data, (int)header->CapturedLength),
                (int)header->WireLength
            );
        }
        catch (Exception e)
        {
            // An exception may not cross libpcap's frames: it would end the process.
            self.Fault ??= e;
            LibPcap.BreakLoop(self._pcap);
        }
    }
}
