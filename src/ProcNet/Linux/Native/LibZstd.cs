namespace ProcNet.Linux.Native;

/// <summary>Calls into zstd's library (zstd.h), which the package managers of most distributions need themselves.</summary>
internal static partial class LibZstd
{
    private const string Library = "libzstd.so.1";
}
