using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_object__load: makes the maps and has the kernel verify the programs.</summary>
    /// <returns>0; else a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_object__load", SetLastError = true)]
    public static partial int BpfObjectLoad(SafeBpfObject bpf);
}
