using Microsoft.Win32.SafeHandles;
using ProcNet.Linux.Bpf.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>A BPF program's attachment (<c>struct bpf_link</c>): a descriptor, so that it ends with the process whatever happens.</summary>
internal sealed class SafeBpfLink : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Made by the marshaller.</summary>
    public SafeBpfLink()
        : base(ownsHandle: true) { }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibBpf.BpfLinkDestroy(handle) == 0;
}
