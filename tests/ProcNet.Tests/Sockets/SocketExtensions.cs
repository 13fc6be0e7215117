using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ProcNet.Tests.Sockets;

/// <summary>What a test wants to know of its own sockets.</summary>
internal static class SocketExtensions
{
    /// <summary>The inode, as the descriptor's link tells it.</summary>
    public static uint Inode(this Socket socket)
    {
        string link = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!;
        return uint.Parse(link.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
    }

    /// <summary>The local port.</summary>
    public static ushort LocalPort(this Socket socket) => (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>The socket, bound.</summary>
    public static Socket BoundTo(this Socket socket, IPAddress address)
    {
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
