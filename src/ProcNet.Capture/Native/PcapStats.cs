using System.Runtime.InteropServices;
using ProcNet.Capture.Handles;

namespace ProcNet.Capture.Native;

/// <summary>
/// struct pcap_stat on Linux (pcap/pcap.h): three u_int. SharpPcap 6.3.1 reads them as IntPtr and so gets them wrong on 64
/// bits.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PcapStat
{
    /// <summary>
    /// Packets that passed the filter, those that found the ring full included. Not used: where
    /// <see cref="Handles.PacketHandle.IsOfferedTwice"/> it has each packet twice.
    /// </summary>
    public uint Received;

    /// <summary>Packets that found the ring full.</summary>
    public uint Dropped;

    /// <summary>Packets that the interface dropped; libpcap fills it in only where the interface is promiscuous.</summary>
    public uint DroppedByInterface;
}

internal static unsafe partial class LibPcap
{
    /// <summary>pcap_stats(3PCAP).</summary>
    /// <returns>0, or -1 on an error (pcap_geterr).</returns>
    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Stats(nint handle, PcapStat* statistics);
}
