using Microsoft.Win32.SafeHandles;

namespace ProcNet.Linux.Native;

/// <summary>An open file descriptor that is closed with its handle.</summary>
internal sealed class SafeFileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Makes an invalid handle, for the marshaller to fill.</summary>
    public SafeFileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
