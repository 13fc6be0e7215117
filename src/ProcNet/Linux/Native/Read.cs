using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>read(2).</summary>
    /// <returns>The number of bytes; 0 at the end; -1 with errno.</returns>
    public static nint Read(int descriptor, byte* buffer, nuint length) =>
        NativeCall.Checked("read", NativeCall.IsFaulted("read") ? -1 : ReadNative(descriptor, buffer, length));

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadNative(int descriptor, byte* buffer, nuint length);
}
