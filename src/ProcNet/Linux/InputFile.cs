using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>
/// Opens files to be read. A pipe is waited for so that the waiting can be ended: for somebody who writes it, and for what he
/// writes.
/// </summary>
internal static class InputFile
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the waiting for somebody who writes a pipe. Reads throw then.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static Stream Open(string path, CancellationToken cancellation)
    {
        if (
            cancellation.CanBeCanceled
            && File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is var target
            && FileKind.Of(target ?? path) is { IsStream: true } kind
        )
        {
            SafeFileDescriptor pipe = LibC.OpenAt(LibC.CurrentDirectory, path, LibC.OpenNonBlocking, 0);
            if (!pipe.IsInvalid)
            {
                return new PipeReader(pipe, kind.IsPipe, cancellation);
            }
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
    }

    private sealed class PipeReader(SafeFileDescriptor pipe, bool waitsForWriter, CancellationToken cancellation) : ForwardStream
    {
        // How long a wait for bytes lasts before it is looked whether anybody wants them still.
        private const int TickMilliseconds = 50;
        private const short HungUp = 0x10; // POLLHUP

        private bool _hasBegun;

        public override unsafe int Read(Span<byte> buffer)
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var wait = new PollFd { Descriptor = (int)pipe.DangerousGetHandle(), Events = PollFd.In };
                if (LibC.Poll(&wait, 1, TickMilliseconds) <= 0 || ((wait.Returned & PollFd.In) == 0 && (wait.Returned & HungUp) == 0))
                {
                    continue;
                }

                fixed (byte* first = buffer)
                {
                    nint count = LibC.Read((int)pipe.DangerousGetHandle(), first, (nuint)buffer.Length);
                    if (count > 0 || (count == 0 && (!waitsForWriter || _hasBegun || (wait.Returned & HungUp) != 0)))
                    {
                        _hasBegun = true;
                        return (int)count;
                    }

                    int error = Marshal.GetLastPInvokeError();
                    if (count < 0 && error is not (Errno.EAGAIN or Errno.EINTR))
                    {
                        throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
                    }
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            pipe.Dispose();
            base.Dispose(disposing);
        }
    }
}
