using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>eventfd_write(3): adds to the counter, which makes the descriptor readable.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd_write", SetLastError = true)]
    public static partial int EventFdWrite(SafeFileHandle descriptor, ulong value);
}
