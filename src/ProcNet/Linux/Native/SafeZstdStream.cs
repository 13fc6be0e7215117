using Microsoft.Win32.SafeHandles;

namespace ProcNet.Linux.Native;

/// <summary>A ZSTD_DStream.</summary>
internal sealed class SafeZstdStream() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibZstd.FreeDStream(handle);
        return true;
    }
}
