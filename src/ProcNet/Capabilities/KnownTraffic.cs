using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ProcNet.Capabilities;

/// <summary>Traffic whose bytes are known before it is measured. All of it stays within this machine.</summary>
internal sealed class KnownTraffic : IDisposable
{
    private const int UdpHeader = 8;
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const int PayloadLength = 1000;
    private const int Datagrams = 200;
    private const int Processes = 20;
    private const int Rounds = 300;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<IDisposable> _open = [];

    /// <summary>The port that all of it goes to.</summary>
    public int Port { get; private set; }

    /// <summary>The bytes of IP, sent and received; 0 where only an interface can tell.</summary>
    public long Bytes { get; private set; }

    /// <summary>The processes that sent and received it.</summary>
    public HashSet<int> Owners { get; } = [Environment.ProcessId];

    /// <summary>Datagrams from a socket of this process to another.</summary>
    public void SendDatagrams(IPAddress address)
    {
        UdpClient receiver = Receiver(address);
        var sender = new UdpClient(address.AddressFamily);
        _open.Add(sender);
        sender.Connect((IPEndPoint)receiver.Client.LocalEndPoint!);
        byte[] payload = new byte[PayloadLength];
        IPEndPoint? from = null;
        for (int i = 0; i < Datagrams; i++)
        {
            sender.Send(payload);
            receiver.Receive(ref from);
        }

        int header = (address.AddressFamily == AddressFamily.InterNetwork ? IPv4Header : IPv6Header) + UdpHeader;
        Bytes = 2L * Datagrams * (PayloadLength + header);
    }

    /// <summary>Datagrams from processes that live as long as it takes to send one.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no bash.</exception>
    public void SendFromShortProcesses()
    {
        UdpClient receiver = Receiver(IPAddress.Loopback);
        IPEndPoint? from = null;
        for (int i = 0; i < Processes; i++)
        {
            using Process process = Process.Start("bash", ["--norc", "-c", $"printf '%0{PayloadLength}d' 0 >/dev/udp/127.0.0.1/{Port}"]);
            Owners.Add(process.Id);
            receiver.Receive(ref from);
            process.WaitForExit();
        }

        Bytes = 2L * Processes * (PayloadLength + IPv4Header + UdpHeader);
    }

    /// <summary>
    /// A TCP connection between two sockets of this process: a question and an answer at a time, so that no packets are
    /// merged.
    /// </summary>
    public void Converse()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var client = new TcpClient { NoDelay = true, ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        _open.Add(client);
        client.Connect(IPAddress.Loopback, Port);
        TcpClient server = listener.AcceptTcpClient();
        _open.Add(server);
        server.NoDelay = true;
        server.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        byte[] payload = new byte[PayloadLength];
        for (int i = 0; i < Rounds; i++)
        {
            client.GetStream().Write(payload);
            server.GetStream().ReadExactly(payload);
            server.GetStream().Write(payload);
            client.GetStream().ReadExactly(payload);
        }
    }

    /// <summary>Takes what an interface counted of it.</summary>
    /// <param name="oneWay">Bytes of IP, each packet once.</param>
    public void TakeCount(long oneWay) => Bytes = 2 * oneWay;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable open in _open)
        {
            open.Dispose();
        }
    }

    private UdpClient Receiver(IPAddress address)
    {
        var receiver = new UdpClient(new IPEndPoint(address, 0));
        _open.Add(receiver);
        receiver.Client.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        Port = ((IPEndPoint)receiver.Client.LocalEndPoint!).Port;
        return receiver;
    }
}
