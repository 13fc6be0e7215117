using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>close(2). For descriptors without a handle; the others are closed by <see cref="SafeFileDescriptor"/>.</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
