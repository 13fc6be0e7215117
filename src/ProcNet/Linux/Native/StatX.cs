using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>STATX_INO.</summary>
    public const uint InodeMask = 0x100;

    /// <summary>The size of struct statx.</summary>
    public const int StatXLength = 256;

    /// <summary>Where stx_ino stands in struct statx, the same on every architecture.</summary>
    public const int StatXInode = 32;

    /// <summary>Where stx_dev_major and stx_dev_minor stand, 8 bytes together.</summary>
    public const int StatXDevice = 136;

    /// <summary>statx(2), which follows links.</summary>
    /// <returns>0; -1 with errno.</returns>
    public static int StatX(int directory, string path, int flags, uint mask, byte* into) =>
        NativeCall.Checked("statx", NativeCall.IsFaulted("statx") ? -1 : StatXNative(directory, path, flags, mask, into));

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatXNative(int directory, string path, int flags, uint mask, byte* into);
}
