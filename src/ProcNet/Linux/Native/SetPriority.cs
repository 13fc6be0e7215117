using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>
    /// setpriority(2), PRIO_PROCESS. With id 0 it is the calling thread's alone: on Linux each thread has a nice value of its
    /// own.
    /// </summary>
    /// <returns>0, or -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, uint id, int nice);
}
