using System.Net.Sockets;
using ProcNet.Addresses;

namespace ProcNet.Sockets;

/// <summary>A row of a socket table, without an allocation.</summary>
internal struct SocketRow
{
    /// <summary>The protocol of the socket (<see cref="TransportProtocol.Raw"/> for raw sockets).</summary>
    public TransportProtocol Protocol;

    /// <summary>The socket's own family: an IPv6 socket may carry IPv4 addresses.</summary>
    public AddressFamily Family;

    /// <summary>
    /// The local address; <see cref="AddressValue.AnyIPv6"/> on an IPv6 socket takes IPv4 too unless
    /// <see cref="IPv6Only"/>.
    /// </summary>
    public AddressValue Local;

    /// <summary>The remote address.</summary>
    public AddressValue Remote;

    /// <summary>The local port (ICMP: identifier; raw: protocol number).</summary>
    public ushort LocalPort;

    /// <summary>The remote port.</summary>
    public ushort RemotePort;

    /// <summary>The state.</summary>
    public ConnectionState State;

    /// <summary>Whether an IPv6 socket refuses IPv4 (IPV6_V6ONLY); false where the table does not say.</summary>
    public bool IPv6Only;

    /// <summary>The inode; 0 where no process holds the socket.</summary>
    public uint Inode;

    /// <summary>The user id that owns the socket.</summary>
    public uint UserId;

    /// <summary>The kernel's cookie for the socket, never used twice; 0 where the table does not give it.</summary>
    public ulong Cookie;

    /// <summary>The interface index that the socket is bound to; 0 for any.</summary>
    public int InterfaceIndex;

    /// <summary>Bytes that wait to be sent, or the length limit of a listener's accept queue.</summary>
    public uint SendQueue;

    /// <summary>Bytes that wait to be read, or the length of a listener's accept queue.</summary>
    public uint ReceiveQueue;

    /// <summary>What the kernel knows of a TCP connection; null where nobody asked, or for a socket that is none.</summary>
    public TcpDetails? Tcp;
}
