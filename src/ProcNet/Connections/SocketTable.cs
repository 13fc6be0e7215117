using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Linux;

namespace ProcNet.Connections;

/// <summary>The socket tables of the network namespace that it is opened in.</summary>
internal sealed class SocketTable : ISocketTable
{
    private static readonly TransportProtocol[] s_protocols =
    [
        TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.UdpLite, TransportProtocol.Raw,
    ];

    private readonly SockDiag _diag = new();

    /// <inheritdoc/>
    public long NetworkNamespace { get; } = Linux.NetworkNamespace.ReadOwnInode();

    /// <inheritdoc/>
    public bool TryFind(
        TransportProtocol protocol, AddressValue local, ushort localPort, AddressValue remote, ushort remotePort, out SocketRow row)
    {
        if (protocol is TransportProtocol.Tcp or TransportProtocol.Udp or TransportProtocol.UdpLite)
        {
            return _diag.TryFind(protocol, local, localPort, remote, remotePort, out row);
        }

        row = default;
        return false;
    }

    /// <inheritdoc/>
    public void ReadAll(SocketRowVisitor visitor)
    {
        foreach (TransportProtocol protocol in s_protocols)
        {
            _diag.Dump(protocol, AddressFamily.InterNetwork, visitor);
            _diag.Dump(protocol, AddressFamily.InterNetworkV6, visitor);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _diag.Dispose();
}
