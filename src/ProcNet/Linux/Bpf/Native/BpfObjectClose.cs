using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_object__close: frees the object and closes its maps and programs.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    public static partial void BpfObjectClose(nint bpf);
}
