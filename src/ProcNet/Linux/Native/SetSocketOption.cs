using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>setsockopt(2) with a number. The descriptor stays its owner's.</summary>
    /// <returns>0, or -1 with errno.</returns>
    public static int SetSocketOption(int descriptor, int level, int option, int value) =>
        NativeCall.Checked(
            "setsockopt",
            NativeCall.IsFaulted("setsockopt") ? -1 : SetSocketOption(descriptor, level, option, value, sizeof(int))
        );

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetSocketOption(int descriptor, int level, int option, in int value, uint length);
}
