using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibZstd
{
    /// <summary>Frees a decoder.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    public static partial nuint FreeDStream(nint stream);
}
