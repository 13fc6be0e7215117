using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>read(2).</summary>
    /// <returns>The number of bytes; 0 at the end; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint length);
}
