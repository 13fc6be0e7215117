using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>bpf_map_lookup_elem.</summary>
    /// <returns>0; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem", SetLastError = true)]
    public static partial int BpfMapLookupElem(int map, void* key, void* value);
}
