using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_program__set_autoload: whether the program is loaded with its object.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload", SetLastError = true)]
    public static partial int BpfProgramSetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool load);
}
