using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>
/// A file that is written from front to end without a buffer of its own. A write that waits for somebody (the reader of a pipe) ends when
/// it is cancelled. One thread writes.
/// </summary>
internal sealed unsafe class OutputFile : IDisposable
{
    private const short CanWrite = 4; // POLLOUT

    private readonly SafeFileDescriptor _file;
    private readonly WakeEvent _cancel = new();
    private volatile bool _isCancelled;

    /// <summary>Takes an open descriptor, which is from now on this object's own.</summary>
    /// <param name="file">The descriptor; where it is a pipe's it should not block.</param>
    public OutputFile(SafeFileDescriptor file)
    {
        _file = file;
        IsRegular = FileKind.Of(file) is { IsRegular: true };
    }

    /// <summary>Whether it is a file with bytes of its own, which can be cut.</summary>
    public bool IsRegular { get; }

    /// <summary>Bytes written since it was opened.</summary>
    public long Length { get; private set; }

    /// <summary>Takes away what the file held.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public void Clear()
    {
        if (IsRegular && LibC.FTruncate((int)_file.DangerousGetHandle(), 0) != 0)
        {
            throw Failed(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Writes all of the bytes.</summary>
    /// <exception cref="IOException">They cannot be written: the disk is full, nobody reads any more.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called while they waited.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                if (_isCancelled)
                {
                    throw new OperationCanceledException("Nobody takes what is written.");
                }

                nint count = LibC.Write((int)_file.DangerousGetHandle(), first + done, (nuint)(bytes.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                    Length += count;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EAGAIN)
                {
                    WaitForRoom();
                }
                else if (error != Errno.EINTR)
                {
                    throw Failed(error);
                }
            }
        }
    }

    /// <summary>Ends a write that waits, and all later ones. On any thread.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _cancel.Signal();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _cancel.Dispose();
    }

    private void WaitForRoom()
    {
        PollFd* waits = stackalloc PollFd[2];
        waits[0] = new PollFd { Descriptor = (int)_file.DangerousGetHandle(), Events = CanWrite };
        waits[1] = new PollFd { Descriptor = _cancel.Descriptor, Events = PollFd.In };
        _ = LibC.Poll(waits, 2, -1);
    }

    private static IOException Failed(int error) => new($"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
}
