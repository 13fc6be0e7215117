using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ProcNet.PowerShell.Tests.Fakes;

/// <summary>A real TCP connection from this process to itself.</summary>
internal sealed class LoopbackConnection : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _client = new();
    private readonly Socket _accepted;

    public LoopbackConnection()
    {
        _listener.Start();
        _client.Connect((IPEndPoint)_listener.LocalEndpoint);
        _accepted = _listener.AcceptSocket();
    }

    /// <summary>The port that is listened on.</summary>
    public int ServerPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The port of the connecting end.</summary>
    public int ClientPort => ((IPEndPoint)_client.Client.LocalEndPoint!).Port;

    /// <summary>The inode of the connecting endpoint's socket.</summary>
    public long ClientInode => InodeOf(_client.Client);

    /// <summary>The inode of the accepted socket.</summary>
    public long AcceptedInode => InodeOf(_accepted);

    /// <summary>The inode of the listening socket.</summary>
    public long ListeningInode => InodeOf(_listener.Server);

    public void Dispose()
    {
        _accepted.Dispose();
        _client.Dispose();
        _listener.Stop();
    }

    // "socket:[4711]"
    private static long InodeOf(Socket socket) =>
        long.Parse(
            File.ResolveLinkTarget($"/proc/self/fd/{socket.Handle}", returnFinalTarget: false)!.Name[8..^1],
            CultureInfo.InvariantCulture
        );
}
