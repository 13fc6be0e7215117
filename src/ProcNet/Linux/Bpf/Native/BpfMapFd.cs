using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_map__fd: owned by the object, which must be loaded.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    public static partial int BpfMapFd(nint map);
}
