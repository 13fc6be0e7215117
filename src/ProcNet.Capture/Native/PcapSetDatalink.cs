using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static partial class LibPcap
{
    /// <summary>pcap_set_datalink(3PCAP): chooses what frames begin with, where the device offers a choice.</summary>
    /// <returns>0; negative where it does not offer this one.</returns>
    [LibraryImport(Library, EntryPoint = "pcap_set_datalink")]
    public static partial int SetDatalink(nint handle, int linkType);
}
