using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>send(2).</summary>
    /// <returns>The number of bytes; -1 with errno.</returns>
    public static nint Send(SafeFileDescriptor socket, byte* message, nuint length, int flags) =>
        NativeCall.Checked("send", NativeCall.IsFaulted("send") ? -1 : SendNative(socket, message, length, flags));

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendNative(SafeFileDescriptor socket, byte* message, nuint length, int flags);
}
