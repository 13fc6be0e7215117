using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>bpf_map_lookup_batch: many elements in one call (Linux 5.6).</summary>
    /// <returns>0; -ENOENT with the last ones; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_batch", SetLastError = true)]
    public static partial int BpfMapLookupBatch(
        int map,
        void* inBatch,
        void* outBatch,
        void* keys,
        void* values,
        uint* count,
        void* options
    );
}
