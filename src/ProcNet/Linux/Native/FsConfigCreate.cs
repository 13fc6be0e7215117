using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    private const nint FileSystemConfigureNumber = 431; // SYS_fsconfig
    private const uint Create = 6; // FSCONFIG_CMD_CREATE

    /// <summary>fsconfig(2), FSCONFIG_CMD_CREATE: makes or finds the file system's superblock.</summary>
    /// <returns>0; -1 with errno.</returns>
    public static int FsConfigCreate(SafeFileDescriptor context) =>
        (int)FileSystemConfigure(FileSystemConfigureNumber, context, Create, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint FileSystemConfigure(
        nint number,
        SafeFileDescriptor context,
        uint command,
        nint key,
        nint value,
        int auxiliary
    );
}
