using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux.Bpf.Native;

internal static partial class LibBpf
{
    /// <summary>bpf_program__attach_cgroup: beside the programs that others have attached there (BPF_LINK_CREATE).</summary>
    /// <returns>The link; an invalid one with errno.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_program__attach_cgroup", SetLastError = true)]
    public static partial SafeBpfLink BpfProgramAttachCgroup(nint program, SafeFileDescriptor cgroup);
}
