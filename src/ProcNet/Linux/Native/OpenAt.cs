using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

/// <summary>Flags of openat(2).</summary>
[Flags]
internal enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_CLOEXEC, the same number on x64 and arm64.</summary>
    CloseOnExec = 0x80000,
}

internal static unsafe partial class LibC
{
    /// <summary>AT_FDCWD: a relative path starts at the working directory.</summary>
    public const int CurrentDirectory = -100;

    // O_DIRECTORY differs between the two: asm-generic/fcntl.h (x64) and arch/arm64/include/uapi/asm/fcntl.h.
    private static readonly OpenFlags s_directory = (OpenFlags)(
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000
    );

    /// <summary>O_RDONLY | O_DIRECTORY | O_CLOEXEC.</summary>
    public static OpenFlags ReadDirectory => OpenFlags.ReadOnly | OpenFlags.CloseOnExec | s_directory;

    /// <summary>openat(2) of a path.</summary>
    /// <returns>The descriptor; an invalid one with errno.</returns>
    public static SafeFileDescriptor OpenAt(int directory, string path, OpenFlags flags) =>
        SafeFileDescriptor.From(
            NativeCall.Checked($"open {path}", NativeCall.IsFaulted("openat") ? -1 : OpenPathAt(directory, path, flags))
        );

    /// <summary>openat(2) of a path that ends in a zero byte; the caller closes the descriptor.</summary>
    /// <returns>The descriptor; -1 with errno.</returns>
    public static int OpenAt(int directory, byte* path, OpenFlags flags) =>
        NativeCall.Checked("open", NativeCall.IsFaulted("openat") ? -1 : OpenBytesAt(directory, path, flags));

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenBytesAt(int directory, byte* path, OpenFlags flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPathAt(int directory, string path, OpenFlags flags);
}
