using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>SEEK_SET: from the beginning.</summary>
    public const int SeekFromStart = 0;

    /// <summary>lseek(2). Of a directory: where the next getdents64 begins.</summary>
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int whence);
}
