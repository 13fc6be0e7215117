using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static partial class LibPcap
{
    /// <summary>pcap_get_selectable_fd(3PCAP): the descriptor to poll; it stays libpcap's own.</summary>
    [LibraryImport(Library, EntryPoint = "pcap_get_selectable_fd")]
    public static partial int GetSelectableDescriptor(nint handle);
}
