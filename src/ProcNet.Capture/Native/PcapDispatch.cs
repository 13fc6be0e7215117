using System.Runtime.InteropServices;

namespace ProcNet.Capture.Native;

internal static unsafe partial class LibPcap
{
    /// <summary>pcap_dispatch(3PCAP): hands waiting packets to a callback.</summary>
    /// <returns>How many; -1 on an error (pcap_geterr), -2 after pcap_breakloop.</returns>
    [LibraryImport(Library, EntryPoint = "pcap_dispatch")]
    public static partial int Dispatch(
        nint handle,
        int most,
        delegate* unmanaged[Cdecl]<nint, PcapPacketHeader*, byte*, void> callback,
        nint user
    );
}
