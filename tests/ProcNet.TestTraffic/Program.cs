using System.Globalization;
using ProcNet.TestTraffic;

// serve|call tcp|udp ADDRESS PORT SENT_BY_CLIENT SENT_BY_SERVER COUNT
//   serve  says "ready", serves COUNT conversations (UDP: until its input ends), says "done", and ends with its input.
//   call   says "ready", waits for a line, has COUNT conversations of a socket each, one after another, says "done" and ends.
// Of TCP the two numbers are the bytes of a conversation's two streams, of UDP the payloads of its two datagrams.
if (args is [string role, string protocol, string address, string port, string sentByClient, string sentByServer, string count])
{
    var conversation = new Conversation(protocol, address, Number(port), Number(sentByClient), Number(sentByServer), Number(count));
    switch (role)
    {
        case "serve":
            Server.Run(conversation);
            return 0;
        case "call":
            Client.Run(conversation);
            return 0;
    }
}

Console.Error.WriteLine("usage: ProcNet.TestTraffic serve|call tcp|udp ADDRESS PORT SENT_BY_CLIENT SENT_BY_SERVER COUNT");
return 2;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
