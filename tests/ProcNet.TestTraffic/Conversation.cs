using System.Net;
using System.Net.Sockets;

namespace ProcNet.TestTraffic;

/// <summary>What two processes say to each other.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">The server's address.</param>
/// <param name="Port">The server's port.</param>
/// <param name="SentByClient">Bytes of payload of the client.</param>
/// <param name="SentByServer">Bytes of payload of the server.</param>
/// <param name="Count">How many conversations.</param>
internal sealed record Conversation(string Protocol, string Address, int Port, int SentByClient, int SentByServer, int Count)
{
    public IPEndPoint Server => new(IPAddress.Parse(Address), Port);

    public bool IsTcp => Protocol == "tcp";

    /// <summary>A socket for it.</summary>
    public Socket Open() =>
        IsTcp
            ? new Socket(Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(Server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };

    /// <summary>Receives until a number of bytes has come.</summary>
    public static void ReceiveAll(Socket socket, int bytes)
    {
        byte[] buffer = new byte[65536];
        while (bytes > 0)
        {
            int received = socket.Receive(buffer);
            if (received == 0)
            {
                throw new IOException($"The peer closed with {bytes} bytes to come.");
            }

            bytes -= received;
        }
    }

    /// <summary>Waits until the peer has closed.</summary>
    public static void ReceiveEnd(Socket socket)
    {
        if (socket.Receive(new byte[1]) != 0)
        {
            throw new IOException("The peer sent more than was agreed.");
        }
    }
}
