using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>MSG_TRUNC: the answer is the datagram's real length, also where the buffer was too short.</summary>
    public const int TellRealLength = 0x20;

    /// <summary>recv(2).</summary>
    /// <returns>The number of bytes; -1 with errno.</returns>
    public static nint Receive(SafeFileDescriptor socket, byte* buffer, nuint length, int flags) =>
        NativeCall.Checked("recv", NativeCall.IsFaulted("recv") ? -1 : ReceiveNative(socket, buffer, length, flags));

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveNative(SafeFileDescriptor socket, byte* buffer, nuint length, int flags);
}
