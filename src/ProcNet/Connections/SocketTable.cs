using ProcNet.Addresses;
using ProcNet.Linux;

namespace ProcNet.Connections;

/// <summary>The socket tables of the network namespace of this process.</summary>
internal sealed class SocketTable : ISocketTable
{
    private readonly Action<Notice> _notify;
    private readonly SockDiag? _diag;

    /// <summary>Opens the tables.</summary>
    /// <param name="notify">Takes the notice that the tables come from a slower place than usual.</param>
    public SocketTable(Action<Notice> notify)
    {
        _notify = notify;
        try
        {
            _diag = new SockDiag();
        }
        catch (LinuxException)
        {
            // A sandbox without netlink: nothing can be asked at once, and ReadAll says that it reads /proc/net.
        }
    }

    /// <inheritdoc/>
    public long NetworkNamespace { get; } = Linux.NetworkNamespace.ReadOwnInode();

    /// <inheritdoc/>
    public bool TryFind(
        TransportProtocol protocol, AddressValue local, ushort localPort, AddressValue remote, ushort remotePort, out SocketRow row)
    {
        row = default;
        return protocol is TransportProtocol.Tcp or TransportProtocol.Udp or TransportProtocol.UdpLite
            && _diag is not null
            && _diag.TryFind(protocol, local, localPort, remote, remotePort, out row);
    }

    /// <inheritdoc/>
    public void ReadAll(SocketRowVisitor visitor)
    {
        using var reader = new SocketTableReader(_notify);
        reader.Read(SocketTableReader.Protocols, visitor);
    }

    /// <inheritdoc/>
    public void Dispose() => _diag?.Dispose();
}
