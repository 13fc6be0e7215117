using System.Net;
using System.Net.Sockets;

namespace ProcNet.TestTraffic;

/// <summary>The end that is called.</summary>
internal static class Server
{
    public static void Run(Conversation conversation)
    {
        using Socket socket = conversation.Open();
        socket.Bind(conversation.Server);
        if (conversation.IsTcp)
        {
            socket.Listen();
        }

        Console.WriteLine("ready");
        for (int i = 0; i < conversation.Count; i++)
        {
            if (conversation.IsTcp)
            {
                ServeConnection(socket, conversation);
            }
            else
            {
                ServeDatagram(socket, conversation);
            }
        }

        Console.WriteLine("done");
        Console.In.ReadToEnd();
    }

    private static void ServeConnection(Socket listener, Conversation conversation)
    {
        using Socket connection = listener.Accept();
        Conversation.ReceiveAll(connection, conversation.SentByClient);
        connection.Send(new byte[conversation.SentByServer]);
        connection.Shutdown(SocketShutdown.Send);
        Conversation.ReceiveEnd(connection);
    }

    private static void ServeDatagram(Socket socket, Conversation conversation)
    {
        EndPoint client = new IPEndPoint(
            conversation.Server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
            0
        );
        socket.ReceiveTimeout = 0;
        socket.ReceiveFrom(new byte[65536], ref client);
        socket.SendTo(new byte[conversation.SentByServer], client);
    }
}
