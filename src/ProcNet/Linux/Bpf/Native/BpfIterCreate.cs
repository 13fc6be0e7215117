using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_iter_create: a descriptor that runs an iterator program as it is read.</summary>
    /// <returns>The descriptor; a negative errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_iter_create", SetLastError = true)]
    public static partial int BpfIterCreate(int link);
}
