using System.Buffers.Binary;
using System.Diagnostics;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>
/// The kernel's word on each new process, by the process connector (connector/cn_proc.c). Needs CAP_NET_ADMIN and the first
/// process namespace.
/// </summary>
internal sealed unsafe class ForkEvents : IDisposable
{
    private const int NetlinkFamily = 16,
        Datagram = 2,
        CloseOnExec = 0x80000,
        ConnectorProtocol = 11;
    private const int NetlinkLevel = 270,
        AddMembership = 1,
        ProcessGroup = 1;
    private const int ReceiveBuffer = 33; // SO_RCVBUFFORCE
    private const int SocketLevel = 1;
    private const int DoNotWait = 0x40; // MSG_DONTWAIT
    private const int EventOffset = 16 + 20,
        DataOffset = EventOffset + 16;
    private const uint ForkEvent = 1;

    private readonly SafeFileDescriptor _socket;
    private readonly byte[] _buffer = new byte[4096];

    private ForkEvents(SafeFileDescriptor socket) => _socket = socket;

    /// <summary>The socket, to wait at.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Begins to listen; null where the kernel or the rights do not allow it.</summary>
    public static ForkEvents? TryOpen()
    {
        SafeFileDescriptor socket = LibC.Socket(NetlinkFamily, Datagram | CloseOnExec, ConnectorProtocol);
        var events = new ForkEvents(socket);
        if (
            !socket.IsInvalid
            && LibC.SetSocketOption(events.Descriptor, NetlinkLevel, AddMembership, ProcessGroup) == 0
            && LibC.SetSocketOption(events.Descriptor, SocketLevel, ReceiveBuffer, 4 << 20) == 0
            && events.Listen()
        )
        {
            return events;
        }

        events.Dispose();
        return null;
    }

    /// <summary>Hands out what has come: parent and child, both as processes, and when, in microseconds since 1970 UTC.</summary>
    /// <returns>Whether nothing was lost.</returns>
    public bool Read(Action<int, int, long> onFork)
    {
        fixed (byte* buffer = _buffer)
        {
            while (true)
            {
                nint length = LibC.Receive(_socket, buffer, (nuint)_buffer.Length, DoNotWait);
                if (length < 0)
                {
                    // ENOBUFS: more came than the socket holds. EAGAIN: that was all.
                    const int NoBufferSpace = 105;
                    if (System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == NoBufferSpace)
                    {
                        return false;
                    }

                    return true;
                }

                ReadOnlySpan<byte> message = _buffer.AsSpan(0, (int)length);
                if (message.Length >= DataOffset + 16 && Number(message, EventOffset) == ForkEvent)
                {
                    int parent = (int)Number(message, DataOffset + 4);
                    int child = (int)Number(message, DataOffset + 8),
                        childsProcess = (int)Number(message, DataOffset + 12);

                    // Of a new thread it names the parent of the process.
                    if (child == childsProcess)
                    {
                        onFork(parent, child, TimeOf(message));
                    }
                }
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    // The kernel stamps it with the monotonic clock, which Stopwatch reads.
    private static long TimeOf(ReadOnlySpan<byte> message)
    {
        long monotonic = (long)BitConverter.ToUInt64(message[(EventOffset + 8)..]);
        double since = Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency) - monotonic;
        return Clock.Now - (long)(since / 1000);
    }

    private static uint Number(ReadOnlySpan<byte> message, int offset) => BitConverter.ToUInt32(message[offset..]);

    /// <summary>Asks for the events. A process namespace of its own gets no answer.</summary>
    private bool Listen()
    {
        Span<byte> message = stackalloc byte[40];
        message.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt16LittleEndian(message[4..], 3); // NLMSG_DONE
        BinaryPrimitives.WriteInt32LittleEndian(message[16..], 1); // CN_IDX_PROC
        BinaryPrimitives.WriteInt32LittleEndian(message[20..], 1); // CN_VAL_PROC
        BinaryPrimitives.WriteInt16LittleEndian(message[32..], 4); // the length of what follows
        BinaryPrimitives.WriteInt32LittleEndian(message[36..], 1); // PROC_CN_MCAST_LISTEN
        fixed (byte* bytes = message)
        {
            if (LibC.Send(_socket, bytes, (nuint)message.Length, 0) != message.Length)
            {
                return false;
            }
        }

        using var wake = new WakeEvent();
        var poll = new PollSet([Descriptor], wake);
        poll.Wait(timeoutMilliseconds: 200);
        return poll.IsReady(0);
    }
}
