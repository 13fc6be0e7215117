using ProcNet.Addresses;

namespace ProcNet.Sockets;

/// <summary>The socket tables of one network namespace. One thread asks at a time.</summary>
internal interface ISocketTable : IDisposable
{
    /// <summary>The inode of the network namespace.</summary>
    long NetworkNamespace { get; }

    /// <summary>
    /// Asks the kernel for the socket that a conversation belongs to, as the kernel itself would find it: the connected one, else
    /// the listening or bound one. Costs the same whatever the size of the table. False where there is none, or no such query for the
    /// protocol.
    /// </summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="local">The local address.</param>
    /// <param name="localPort">The local port.</param>
    /// <param name="remote">The remote address.</param>
    /// <param name="remotePort">The remote port.</param>
    /// <param name="device">
    /// The index of a device: sockets that are bound to it are found, as those that are bound to none; not those bound to another. 0 for
    /// none.
    /// </param>
    /// <param name="row">The socket.</param>
    bool TryFind(
        TransportProtocol protocol,
        AddressValue local,
        ushort localPort,
        AddressValue remote,
        ushort remotePort,
        int device,
        out SocketRow row
    );

    /// <summary>Shows every socket of every protocol. The visitor returns false to stop.</summary>
    /// <exception cref="ProcNetException">No table can be read.</exception>
    void ReadAll(SocketRowVisitor visitor);

    /// <summary>
    /// Shows the sockets of ICMP and the raw ones, at least: the kernel answers no query for one of these, and they are
    /// few.
    /// </summary>
    /// <exception cref="ProcNetException">No table can be read.</exception>
    void ReadRaw(SocketRowVisitor visitor) => ReadAll(visitor);
}
