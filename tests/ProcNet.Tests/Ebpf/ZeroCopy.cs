using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcNet.Tests.Ebpf;

/// <summary>MSG_ZEROCOPY (Documentation/networking/msg_zerocopy.rst): the kernel sends from this process's pages.</summary>
internal static unsafe partial class ZeroCopy
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int ZeroCopyOption = 60; // SO_ZEROCOPY
    private const int ZeroCopyFlag = 0x4000000; // MSG_ZEROCOPY

    /// <summary>Sends bytes.</summary>
    public static void Send(Socket socket, int length)
    {
        socket.SetRawSocketOption(SocketLevel, ZeroCopyOption, BitConverter.GetBytes(1));
        byte[] pages = GC.AllocateArray<byte>(length, pinned: true);
        fixed (byte* start = pages)
        {
            for (int sent = 0; sent < length; )
            {
                nint part = Native((int)socket.Handle, start + sent, (nuint)(length - sent), ZeroCopyFlag);
                sent += part > 0 ? (int)part : throw new IOException($"send: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Native(int socket, byte* start, nuint length, int flags);
}
