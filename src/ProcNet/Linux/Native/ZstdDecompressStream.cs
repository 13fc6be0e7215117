using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibZstd
{
    /// <summary>Decodes as much as fits.</summary>
    /// <returns>0 where a frame is done, an error (<see cref="IsError"/>), else a hint how much comes.</returns>
    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static unsafe partial nuint DecompressStream(SafeZstdStream stream, ZstdBuffer* output, ZstdBuffer* input);
}
