using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static unsafe partial class LibBpf
{
    /// <summary>
    /// bpf_object__open_mem: parses an object; nothing is loaded yet. The image must stay in place until the object is
    /// loaded.
    /// </summary>
    /// <returns>The object; 0 with errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    public static partial nint BpfObjectOpenMem(byte* image, nuint length, void* options);
}
