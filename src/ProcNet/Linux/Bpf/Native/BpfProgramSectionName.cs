using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_program__section_name: owned by the object.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__section_name")]
    public static partial nint BpfProgramSectionName(nint program);
}
