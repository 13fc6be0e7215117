using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>F_DUPFD_CLOEXEC.</summary>
    public const int DuplicateDescriptor = 1030;

    /// <summary>fcntl(2) with a number.</summary>
    /// <returns>What the command gives; -1 with errno.</returns>
    public static int Fcntl(int descriptor, int command, int argument) =>
        NativeCall.Checked("fcntl", NativeCall.IsFaulted("fcntl") ? -1 : FcntlNative(descriptor, command, argument));

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlNative(int descriptor, int command, int argument);
}
