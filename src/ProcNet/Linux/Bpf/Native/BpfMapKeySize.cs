using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_map__key_size: the size of a map's keys in bytes.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
    public static partial uint BpfMapKeySize(nint map);
}
