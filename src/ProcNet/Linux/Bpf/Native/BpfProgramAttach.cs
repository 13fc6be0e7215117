using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_program__attach: to what its section names.</summary>
    /// <returns>The link; an invalid one with errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    public static partial SafeBpfLink BpfProgramAttach(nint program);
}
