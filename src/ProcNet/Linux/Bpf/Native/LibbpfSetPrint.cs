using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>libbpf_set_print: who takes its messages; 0 for nobody.</summary>
    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    public static partial nint LibbpfSetPrint(nint function);
}
