using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>send(2).</summary>
    /// <returns>The number of bytes; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeFileDescriptor socket, byte* message, nuint length, int flags);
}
