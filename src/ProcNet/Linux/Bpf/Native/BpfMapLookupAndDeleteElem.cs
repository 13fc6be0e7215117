using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>bpf_map_lookup_and_delete_elem; of hash maps since Linux 5.14.</summary>
    /// <returns>0; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_and_delete_elem", SetLastError = true)]
    public static partial int BpfMapLookupAndDeleteElem(int map, void* key, void* value);
}
