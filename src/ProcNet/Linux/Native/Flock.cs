using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>LOCK_EX: for one holder.</summary>
    public const int LockExclusive = 2;

    /// <summary>LOCK_NB: fails at once where another has it.</summary>
    public const int LockNonBlocking = 4;

    /// <summary>flock(2): a lock on an open file, which goes with its last descriptor.</summary>
    /// <returns>0; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(SafeFileDescriptor file, int operation);
}
