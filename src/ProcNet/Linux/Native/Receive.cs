using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>MSG_TRUNC: the answer is the datagram's real length, also where the buffer was too short.</summary>
    public const int TellRealLength = 0x20;

    /// <summary>recv(2).</summary>
    /// <returns>The number of bytes; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileDescriptor socket, byte* buffer, nuint length, int flags);
}
