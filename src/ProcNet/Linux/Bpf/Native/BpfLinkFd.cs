using System.Runtime.InteropServices;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_link__fd: owned by the link.</summary>
    [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
    public static partial int BpfLinkFd(SafeBpfLink link);
}
