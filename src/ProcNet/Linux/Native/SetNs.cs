using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static partial class LibC
{
    /// <summary>CLONE_NEWNET: the descriptor must be of a network namespace.</summary>
    public const int NetworkNamespaceType = 0x40000000;

    /// <summary>setns(2): moves the calling thread into a namespace.</summary>
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNs(SafeFileDescriptor nameSpace, int type);
}
