using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>bpf_map__set_initial_value: the content of a section of constants, before the object is loaded.</summary>
    /// <returns>0; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_map__set_initial_value", SetLastError = true)]
    public static partial int BpfMapSetInitialValue(nint map, void* data, nuint size);
}
