using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Bpf;
using ProcNet.Linux.Bpf.Native;
using ProcNet.Linux.Native;

namespace ProcNet.Processes.Iterator;

/// <summary>
/// All sockets that all processes hold, written by a BPF iterator in the kernel: what a walk through <c>/proc/&lt;pid&gt;/fd</c> finds,
/// a system call for a thousand descriptors instead of two for each. Needs CAP_BPF and CAP_PERFMON, and sees what /proc would
/// hide. In the order of process ids and descriptors. Not thread-safe.
/// </summary>
internal sealed unsafe class SocketIterator : IDisposable
{
    private const string ObjectResource = "iter.bpf.o";
    private const string Settings = ".rodata.settings";
    private const int BufferLength = 65536;

    private readonly BpfObject _object;
    private readonly SafeBpfLink _link;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);

    private SocketIterator(BpfObject loaded, SafeBpfLink link)
    {
        _object = loaded;
        _link = link;
    }

    /// <summary>Takes a descriptor.</summary>
    public delegate void Visitor(in SocketIteratorRecord record);

    /// <summary>Loads it; null where this kernel or user has none, or where process ids are not the host's.</summary>
    public static SocketIterator? TryOpen()
    {
        if (BpfAvailability.FindObstacle() is not null)
        {
            return null;
        }

        BpfObject? opened = null;
        try
        {
            opened = BpfObject.OpenResource(ObjectResource);
            Span<byte> settings = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(settings, TimeNamespace.Boottime);
            opened.SetConstants(Settings, settings);
            opened.Load();
            return new SocketIterator(opened, opened.Attach("list_socket"));
        }
        catch (LinuxException)
        {
            // Not permitted, or no iterators: /proc says the same, only slower.
            opened?.Dispose();
            return null;
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>Shows every descriptor that is a socket.</summary>
    /// <exception cref="LinuxException">The kernel broke it off.</exception>
    public void Read(Visitor visitor)
    {
        int descriptor = LibBpf.BpfIterCreate(LibBpf.BpfLinkFd(_link));
        if (descriptor < 0)
        {
            throw new LinuxException("bpf_iter_create", -descriptor);
        }

        using var iterator = SafeFileDescriptor.From(descriptor);
        int kept = 0;
        while (true)
        {
            nint length;
            fixed (byte* buffer = _buffer)
            {
                length = LibC.Read(descriptor, buffer + kept, (nuint)(BufferLength - kept));
            }

            if (length < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR)
                {
                    continue;
                }

                throw new LinuxException("read task_file iterator", error);
            }

            if (length == 0)
            {
                return;
            }

            // The kernel may cut a record at the end of what was asked for.
            int end = kept + (int)length;
            int whole = end - (end % sizeof(SocketIteratorRecord));
            foreach (ref readonly SocketIteratorRecord record in MemoryMarshal.Cast<byte, SocketIteratorRecord>(_buffer.AsSpan(0, whole)))
            {
                visitor(in record);
            }

            kept = end - whole;
            _buffer.AsSpan(whole, kept).CopyTo(_buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();
}
