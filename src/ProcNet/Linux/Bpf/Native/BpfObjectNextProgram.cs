using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_object__next_program.</summary>
    /// <returns>The program after one; the first after 0; 0 at the end.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    public static partial nint BpfObjectNextProgram(SafeBpfObject bpf, nint program);
}
