using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    // SYS_getdents64: musl exports no function of that name to dlsym, so the system call itself is used.
    private static readonly nint s_getDirectoryEntries = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;

    /// <summary>getdents64(2): fills the buffer with <c>linux_dirent64</c> records.</summary>
    /// <returns>The number of bytes; 0 at the end; -1 with errno.</returns>
    public static nint GetDents64(int directory, byte* buffer, nuint length) =>
        NativeCall.Checked(
            "getdents64",
            NativeCall.IsFaulted("getdents64") ? -1 : SystemCall(s_getDirectoryEntries, directory, buffer, length)
        );

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint descriptor, byte* buffer, nuint length);
}
