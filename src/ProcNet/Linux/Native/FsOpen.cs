using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    // SYS_fsopen, the same number on x64 and arm64; C libraries have no function for it everywhere.
    private const nint FileSystemOpenNumber = 430;
    private const uint FileSystemOpenCloseOnExec = 1; // FSOPEN_CLOEXEC

    /// <summary>fsopen(2): begins to make a mount of a file system (Linux 5.2).</summary>
    /// <returns>Its context; an invalid descriptor with errno.</returns>
    public static SafeFileDescriptor FsOpen(string fileSystem) =>
        SafeFileDescriptor.From(
            (int)
                NativeCall.Checked(
                    "fsopen",
                    NativeCall.IsFaulted("fsopen") ? -1 : FsOpen(FileSystemOpenNumber, fileSystem, FileSystemOpenCloseOnExec)
                )
        );

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FsOpen(nint number, string fileSystem, uint flags);
}
