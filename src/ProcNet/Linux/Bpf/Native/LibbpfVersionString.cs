using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>libbpf_version_string: static.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_version_string")]
    public static partial nint LibbpfVersionString();
}
