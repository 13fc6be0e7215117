using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

/// <summary>struct pcap_pkthdr on Linux with a 64-bit time_t (pcap/pcap.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PcapPacketHeader
{
    /// <summary>Seconds since 1970 UTC.</summary>
    public nint Seconds;

    /// <summary>Microseconds within the second, or nanoseconds, as the handle was opened.</summary>
    public nint Fraction;

    /// <summary>Bytes captured.</summary>
    public uint CapturedLength;

    /// <summary>Bytes on the wire.</summary>
    public uint WireLength;
}
