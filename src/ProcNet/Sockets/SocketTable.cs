using ProcNet.Addresses;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;

namespace ProcNet.Sockets;

/// <summary>The socket tables of one network namespace.</summary>
internal sealed class SocketTable : ISocketTable
{
    private static readonly TransportProtocol[] s_rawProtocols = [TransportProtocol.Raw, TransportProtocol.Icmp, TransportProtocol.IcmpV6];

    private readonly Action<Notice> _notify;
    private readonly NamespaceReference? _namespace;
    private readonly SockDiag? _diag;

    /// <summary>Opens the tables of the network namespace of this process.</summary>
    /// <param name="notify">Takes the notice that the tables come from a slower place than usual.</param>
    public SocketTable(Action<Notice> notify)
        : this(notify, null) { }

    /// <summary>Opens the tables of a network namespace.</summary>
    /// <param name="notify">Takes the notice that the tables come from a slower place than usual.</param>
    /// <param name="networkNamespace">The namespace; null for that of this process.</param>
    /// <exception cref="ProcNetException">The namespace has gone, or may not be entered.</exception>
    public SocketTable(Action<Notice> notify, NamespaceReference? networkNamespace)
    {
        _notify = notify;
        _namespace = networkNamespace;
        NetworkNamespace = networkNamespace?.Inode ?? Linux.Namespaces.NetworkNamespace.ReadOwnInode();
        try
        {
            _diag = networkNamespace is null ? new SockDiag() : SockDiag.OpenIn(networkNamespace.Path);
        }
        catch (LinuxException)
        {
            // A sandbox without netlink: nothing can be asked at once, and ReadAll says that it reads /proc/net.
        }
    }

    /// <inheritdoc/>
    public long NetworkNamespace { get; }

    /// <inheritdoc/>
    public bool TryFind(
        TransportProtocol protocol,
        AddressValue local,
        ushort localPort,
        AddressValue remote,
        ushort remotePort,
        int device,
        out SocketRow row
    )
    {
        row = default;
        return protocol is TransportProtocol.Tcp or TransportProtocol.Udp or TransportProtocol.UdpLite
            && _diag is not null
            && _diag.TryFind(protocol, local, localPort, remote, remotePort, out row, device);
    }

    /// <inheritdoc/>
    public void ReadAll(SocketRowVisitor visitor) => Read(SocketTableReader.Protocols, visitor);

    /// <inheritdoc/>
    public void ReadRaw(SocketRowVisitor visitor) => Read(s_rawProtocols, visitor);

    /// <inheritdoc/>
    public void Dispose() => _diag?.Dispose();

    private void Read(IEnumerable<TransportProtocol> protocols, SocketRowVisitor visitor)
    {
        using SocketTableReader reader = _namespace switch
        {
            null => new SocketTableReader(_notify),
            { ProcessId: { } processId } => new SocketTableReader(_notify, processId),
            _ => new SocketTableReader(_notify, namespacePath: _namespace.Path),
        };
        reader.Read(protocols, visitor);
    }
}
