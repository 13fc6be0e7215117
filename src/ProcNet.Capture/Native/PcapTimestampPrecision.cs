using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static partial class LibPcap
{
    /// <summary>PCAP_TSTAMP_PRECISION_NANO.</summary>
    public const int NanosecondPrecision = 1;

    /// <summary>pcap_get_tstamp_precision(3PCAP).</summary>
    [LibraryImport(Library, EntryPoint = "pcap_get_tstamp_precision")]
    public static partial int GetTimestampPrecision(nint handle);
}
