using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>CLONE_NEWNET: the descriptor must be of a network namespace.</summary>
    public const int NetworkNamespaceType = 0x40000000;

    /// <summary>setns(2): moves the calling thread into a namespace.</summary>
    public static int SetNs(SafeFileDescriptor nameSpace, int type) =>
        NativeCall.Checked("setns", NativeCall.IsFaulted("setns") ? -1 : SetNsNative(nameSpace, type));

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNsNative(SafeFileDescriptor nameSpace, int type);
}
