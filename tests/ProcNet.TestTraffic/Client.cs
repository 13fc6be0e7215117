using System.Net.Sockets;

namespace ProcNet.TestTraffic;

/// <summary>The end that calls.</summary>
internal static class Client
{
    // Tests of exact bytes are not about how short a conversation may be to be attributed: that is measured by the bench.
    private static readonly TimeSpan s_held = TimeSpan.FromMilliseconds(100);

    public static void Run(Conversation conversation)
    {
        // Compiles what a conversation needs: the first one must not be slower than the others.
        using (Socket warm = conversation.Open())
        {
            warm.SendBufferSize = warm.SendBufferSize;
        }

        Console.WriteLine("ready");
        Console.In.ReadLine();
        for (int i = 0; i < conversation.Count; i++)
        {
            using Socket socket = conversation.Open();
            socket.Connect(conversation.Server);
            socket.Send(new byte[conversation.SentByClient]);
            Conversation.ReceiveAll(socket, conversation.SentByServer);
            if (conversation.IsTcp)
            {
                Conversation.ReceiveEnd(socket);
            }

            Thread.Sleep(s_held);
        }

        Console.WriteLine("done");
    }
}
