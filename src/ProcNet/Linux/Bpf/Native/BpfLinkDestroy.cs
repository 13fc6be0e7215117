using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_link__destroy: detaches the program.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    public static partial int BpfLinkDestroy(nint link);
}
