using System.ComponentModel;
using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Waits for any of some descriptors, or to be woken. Used from one thread; allocates nothing while it waits.</summary>
internal sealed unsafe class PollSet
{
    private const int Interrupted = 4; // EINTR

    private readonly PollFd[] _descriptors;

    /// <summary>Makes a set.</summary>
    /// <param name="descriptors">The descriptors to read from; they stay their owners'.</param>
    /// <param name="wake">Ends every wait once it is signalled.</param>
    public PollSet(ReadOnlySpan<int> descriptors, WakeEvent wake)
    {
        // Pinned, so that poll(2) can be given its address for good.
        _descriptors = GC.AllocateArray<PollFd>(descriptors.Length + 1, pinned: true);
        for (int i = 0; i < descriptors.Length; i++)
        {
            _descriptors[i] = new PollFd { Descriptor = descriptors[i], Events = PollFd.In };
        }

        _descriptors[^1] = new PollFd { Descriptor = wake.Descriptor, Events = PollFd.In };
    }

    /// <summary>Whether the event was signalled, by the last wait.</summary>
    public bool IsWoken => _descriptors[^1].Returned != 0;

    /// <summary>Waits for nothing but the wake event.</summary>
    /// <param name="timeoutMilliseconds">How long at most.</param>
    /// <exception cref="Win32Exception">poll(2) failed.</exception>
    public void WaitForWake(int timeoutMilliseconds) => Wait(_descriptors.Length - 1, timeoutMilliseconds);

    /// <summary>Waits.</summary>
    /// <param name="timeoutMilliseconds">How long at most; -1 for ever.</param>
    /// <exception cref="Win32Exception">poll(2) failed.</exception>
    public void Wait(int timeoutMilliseconds) => Wait(0, timeoutMilliseconds);

    /// <summary>Whether a descriptor had something to say (data, or an error) at the last wait.</summary>
    public bool IsReady(int index) => _descriptors[index].Returned != 0;

    /// <summary>Waits for this descriptor no more.</summary>
    public void Remove(int index)
    {
        _descriptors[index].Descriptor = -1;
        _descriptors[index].Returned = 0;
    }

    /// <summary>Waits for the wake event no more: it was seen.</summary>
    public void IgnoreWake() => _descriptors[^1].Descriptor = -1;

    private void Wait(int from, int timeoutMilliseconds)
    {
        fixed (PollFd* first = &_descriptors[from])
        {
            if (LibC.Poll(first, (nuint)(_descriptors.Length - from), timeoutMilliseconds) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                {
                    throw new Win32Exception(error);
                }
            }
        }
    }
}
