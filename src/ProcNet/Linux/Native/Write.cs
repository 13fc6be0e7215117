using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>write(2).</summary>
    /// <returns>The number of bytes, which may be fewer than were given; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint length);
}
