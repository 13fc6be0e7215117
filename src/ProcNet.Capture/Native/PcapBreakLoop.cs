using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static partial class LibPcap
{
    /// <summary>pcap_breakloop(3PCAP): makes the running pcap_dispatch return.</summary>
    [LibraryImport(Library, EntryPoint = "pcap_breakloop")]
    public static partial void BreakLoop(nint handle);
}
