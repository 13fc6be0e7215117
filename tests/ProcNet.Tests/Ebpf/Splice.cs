using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcNet.Tests.Ebpf;

/// <summary>splice(2): pages go from a pipe into a socket and from a socket into a pipe, and never through this process's memory.</summary>
internal static unsafe partial class Splice
{
    // Fits into a pipe of the default size.
    private const int Portion = 10_000;

    /// <summary>Moves bytes from one end of a connection to the other; gives how many arrived.</summary>
    public static int ThroughPipe(Socket from, Socket to, int length)
    {
        int arrived = 0;
        for (int left = length; left > 0; left -= Portion)
        {
            int portion = Math.Min(left, Portion);
            Write(from, portion);
            arrived += Read(to, portion);
        }

        return arrived;
    }

    private static void Write(Socket socket, int length)
    {
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        writer.Write(new byte[length]);
        for (int left = length; left > 0; )
        {
            left -= Move((int)writer.ClientSafePipeHandle.DangerousGetHandle(), (int)socket.Handle, left);
        }
    }

    private static int Read(Socket socket, int length)
    {
        using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        int moved = 0;
        while (moved < length)
        {
            moved += Move((int)socket.Handle, (int)reader.ClientSafePipeHandle.DangerousGetHandle(), length - moved);
        }

        return moved;
    }

    private static int Move(int from, int to, int length)
    {
        nint moved = Native(from, null, to, null, (nuint)length, 0);
        return moved > 0 ? (int)moved : throw new IOException($"splice: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    private static partial nint Native(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
