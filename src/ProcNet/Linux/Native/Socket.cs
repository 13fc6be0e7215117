using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>socket(2), for the families that <see cref="System.Net.Sockets.Socket"/> does not make.</summary>
    /// <returns>The descriptor; an invalid one with errno.</returns>
    public static SafeFileDescriptor Socket(int family, int type, int protocol) =>
        SafeFileDescriptor.From(NativeCall.Checked("socket", NativeCall.IsFaulted("socket") ? -1 : OpenSocket(family, type, protocol)));

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);
}
