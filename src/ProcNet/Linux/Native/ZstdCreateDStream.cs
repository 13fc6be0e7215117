using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibZstd
{
    /// <summary>Makes a decoder.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    public static partial SafeZstdStream CreateDStream();
}
