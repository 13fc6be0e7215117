using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcNet.Tests.Ebpf;

/// <summary>sendmmsg(2) and recvmmsg(2): many datagrams by one call.</summary>
internal static unsafe partial class Batch
{
    /// <summary>Sends datagrams on a connected socket; gives how many went.</summary>
    public static int Send(Socket socket, int count, int size) =>
        Call(count, size, (messages, number) => SendMany((int)socket.Handle, messages, number, 0));

    /// <summary>Receives datagrams that wait; gives how many came.</summary>
    public static int Receive(Socket socket, int count, int size) =>
        Call(count, size, (messages, number) => ReceiveMany((int)socket.Handle, messages, number, 0, null));

    private static int Call(int count, int size, Caller call)
    {
        byte[] payload = GC.AllocateArray<byte>(count * size, pinned: true);
        Part[] parts = GC.AllocateArray<Part>(count, pinned: true);
        Message[] messages = GC.AllocateArray<Message>(count, pinned: true);
        fixed (byte* bytes = payload)
        fixed (Part* part = parts)
        fixed (Message* message = messages)
        {
            for (int i = 0; i < count; i++)
            {
                part[i] = new Part { Start = bytes + (i * size), Length = (nuint)size };
                message[i] = new Message { Parts = part + i, PartCount = 1 };
            }

            return call(message, (uint)count);
        }
    }

    private delegate int Caller(Message* messages, uint count);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(int socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(int socket, Message* messages, uint count, int flags, void* timeout);

    // struct iovec
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    // struct mmsghdr: a msghdr, and what was transferred.
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
        public uint Transferred;
        private readonly uint _padding;
    }
}
