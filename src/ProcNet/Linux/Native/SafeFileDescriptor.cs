using Microsoft.Win32.SafeHandles;

namespace ProcNet.Linux.Native;

/// <summary>An open file descriptor that is closed with its handle.</summary>
internal sealed class SafeFileDescriptor : SafeHandleMinusOneIsInvalid
{
    private SafeFileDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Takes what a native function returned: a descriptor, or -1.</summary>
    /// <remarks>
    /// A native function that returns int must not be declared to return the handle: the marshaller reads a whole register,
    /// whose upper half is not the function's, and -1 then looks valid.
    /// </remarks>
    public static SafeFileDescriptor From(int descriptor) => new(descriptor);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
