using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>waitpid(2) without the status.</summary>
    /// <returns>The process that was reaped, 0 where it still runs, or -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int processId, nint status, int options);
}
