using Microsoft.Win32.SafeHandles;
using ProcNet.Linux.Bpf.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>An open BPF object (<c>struct bpf_object</c>) with its maps and programs.</summary>
internal sealed class SafeBpfObject : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes what libbpf gave.</summary>
    public SafeBpfObject(nint bpf)
        : base(ownsHandle: true) => SetHandle(bpf);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibBpf.BpfObjectClose(handle);
        return true;
    }
}
