using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>eventfd(2).</summary>
    /// <returns>The descriptor; an invalid one with errno.</returns>
    public static SafeFileDescriptor EventFd(uint initial, int flags) =>
        SafeFileDescriptor.From(NativeCall.Checked("eventfd", NativeCall.IsFaulted("eventfd") ? -1 : EventFdNative(initial, flags)));

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFdNative(uint initial, int flags);
}
