using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>O_WRONLY.</summary>
    public const int OpenForWriting = 1;

    /// <summary>O_CREAT | O_EXCL.</summary>
    public const int OpenNew = 0x40 | 0x80;

    /// <summary>O_NONBLOCK.</summary>
    public const int OpenNonBlocking = 0x800;

    /// <summary>O_PATH.</summary>
    public const int OpenPathOnly = 0x200000;

    /// <summary>O_NOFOLLOW, which differs: asm-generic/fcntl.h (x64) and arch/arm64/include/uapi/asm/fcntl.h.</summary>
    public static readonly int OpenNoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>openat(2) of a path, with the mode of a file that is made.</summary>
    /// <returns>The descriptor; an invalid one with errno.</returns>
    public static SafeFileDescriptor OpenAt(int directory, string path, int flags, uint mode) =>
        SafeFileDescriptor.From(
            NativeCall.Checked(
                $"open {path}",
                NativeCall.IsFaulted("openat") ? -1 : OpenPathAt(directory, path, flags | (int)OpenFlags.CloseOnExec, mode)
            )
        );

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPathAt(int directory, string path, int flags, uint mode);
}
