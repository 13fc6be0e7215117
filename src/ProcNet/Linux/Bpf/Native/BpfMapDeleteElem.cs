using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>bpf_map_delete_elem.</summary>
    /// <returns>0; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem", SetLastError = true)]
    public static partial int BpfMapDeleteElem(int map, void* key);
}
