using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_object__find_map_by_name: owned by the object.</summary>
    /// <returns>The map; 0 where there is none.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BpfObjectFindMapByName(SafeBpfObject bpf, string name);
}
