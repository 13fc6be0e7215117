using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_program__name: owned by the object.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    public static partial nint BpfProgramName(nint program);
}
