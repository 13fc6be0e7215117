using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Wakes a thread out of poll(2), for good unless it is reset: an eventfd (eventfd(2)).</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC
    private const int NonBlocking = 0x800; // EFD_NONBLOCK

    private readonly SafeFileDescriptor _handle;

    /// <summary>Makes an event that has not been signalled.</summary>
    /// <exception cref="LinuxException">The kernel (or a sandbox) has none.</exception>
    public WakeEvent()
    {
        _handle = LibC.EventFd(0, CloseOnExec | NonBlocking);
        if (_handle.IsInvalid)
        {
            throw LinuxException.FromLastCall("eventfd");
        }
    }

    /// <summary>The descriptor to poll for reading; valid until <see cref="Dispose"/>.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Makes the descriptor readable from now on.</summary>
    public void Signal() => _ = LibC.EventFdWrite(_handle, 1);

    /// <summary>Makes the descriptor wait for the next <see cref="Signal"/>.</summary>
    public void Reset()
    {
        ulong count;
        _ = LibC.Read(Descriptor, (byte*)&count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
