using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>readlinkat(2) of a path that ends in a zero byte. The answer has no zero byte at its end.</summary>
    /// <returns>The number of bytes, at most <paramref name="length"/>; -1 with errno.</returns>
    public static nint ReadLinkAt(int directory, byte* path, byte* buffer, nuint length) =>
        NativeCall.Checked("readlinkat", NativeCall.IsFaulted("readlinkat") ? -1 : ReadLinkAtNative(directory, path, buffer, length));

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadLinkAtNative(int directory, byte* path, byte* buffer, nuint length);
}
