using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    private const nint FileSystemMountNumber = 432; // SYS_fsmount
    private const uint FileSystemMountCloseOnExec = 1; // FSMOUNT_CLOEXEC

    /// <summary>fsmount(2): a mount that is attached nowhere and goes with its descriptor.</summary>
    /// <returns>Its root; an invalid descriptor with errno.</returns>
    public static SafeFileDescriptor FsMount(SafeFileDescriptor context) =>
        SafeFileDescriptor.From(
            (int)
                NativeCall.Checked(
                    "fsmount",
                    NativeCall.IsFaulted("fsmount") ? -1 : FsMount(FileSystemMountNumber, context, FileSystemMountCloseOnExec, 0)
                )
        );

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint FsMount(nint number, SafeFileDescriptor context, uint flags, uint attributes);
}
