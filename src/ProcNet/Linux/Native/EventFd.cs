using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>eventfd(2).</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle EventFd(uint initial, int flags);
}
