using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibZstd
{
    /// <summary>Whether a result is an error: not 0.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint result);
}
