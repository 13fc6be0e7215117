using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_map__value_size: the size of a map's values in bytes.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    public static partial uint BpfMapValueSize(nint map);
}
