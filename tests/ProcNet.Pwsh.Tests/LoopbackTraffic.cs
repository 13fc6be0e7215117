using System.Net;
using System.Net.Sockets;

namespace ProcNet.Pwsh.Tests;

/// <summary>A TCP connection on loopback whose two endpoints this process holds, with a little traffic all the time.</summary>
internal sealed class LoopbackTraffic : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpClient _client = new();
    private readonly TcpClient _server;
    private readonly Task _sending;
    private readonly Task _receiving;

    public LoopbackTraffic()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _client.Connect(IPAddress.Loopback, Port);
        _server = _listener.AcceptTcpClient();
        _sending = Task.Run(Send);
        _receiving = Task.Run(Receive);
    }

    /// <summary>The port that listens.</summary>
    public int Port { get; }

    /// <summary>The port that connected to it.</summary>
    public int ClientPort => ((IPEndPoint)_client.Client.LocalEndPoint!).Port;

    public void Dispose()
    {
        _stop.Cancel();
        Task.WhenAll(_sending, _receiving).Wait();
        _client.Dispose();
        _server.Dispose();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task Send()
    {
        byte[] data = new byte[1000];
        try
        {
            while (true)
            {
                await _client.GetStream().WriteAsync(data, _stop.Token);
                await Task.Delay(20, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Receive()
    {
        byte[] data = new byte[4096];
        try
        {
            while (await _server.GetStream().ReadAsync(data, _stop.Token) > 0) { }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
