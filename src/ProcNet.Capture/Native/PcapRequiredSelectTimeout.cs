using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static partial class LibPcap
{
    /// <summary>
    /// pcap_get_required_select_timeout(3PCAP). Of a Linux packet socket it is not null exactly while libpcap knows that the
    /// interface is down and waits for it to come up or to vanish (pcap-linux.c, <c>netdown</c>).
    /// </summary>
    [LibraryImport(Library, EntryPoint = "pcap_get_required_select_timeout")]
    public static partial nint GetRequiredSelectTimeout(nint handle);
}
