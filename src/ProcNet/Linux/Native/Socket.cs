using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>socket(2), for the families that <see cref="System.Net.Sockets.Socket"/> does not make.</summary>
    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileDescriptor Socket(int family, int type, int protocol);
}
