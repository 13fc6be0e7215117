using ProcNet.Addresses;
using ProcNet.Linux.Namespaces;

namespace ProcNet.Sockets;

/// <summary>Which rows of the socket tables to get. What is null asks for everything; several conditions must all hold.</summary>
internal sealed record NetConnectionQuery
{
    /// <summary>The protocols wanted; null for all that have a table.</summary>
    public IReadOnlySet<TransportProtocol>? Protocols { get; init; }

    /// <summary>Says whether a local address is wanted.</summary>
    public Func<AddressValue, bool>? LocalAddress { get; init; }

    /// <summary>The local ports wanted.</summary>
    public IReadOnlySet<int>? LocalPorts { get; init; }

    /// <summary>Says whether a remote address is wanted.</summary>
    public Func<AddressValue, bool>? RemoteAddress { get; init; }

    /// <summary>The remote ports wanted.</summary>
    public IReadOnlySet<int>? RemotePorts { get; init; }

    /// <summary>The states wanted.</summary>
    public IReadOnlySet<ConnectionState>? States { get; init; }

    /// <summary>The inodes wanted.</summary>
    public IReadOnlySet<long>? Inodes { get; init; }

    /// <summary>The ids of the processes that must hold the socket; sets <see cref="NetConnection.OwningProcess"/>.</summary>
    public IReadOnlySet<int>? OwningProcessIds { get; init; }

    /// <summary>Whether to look for the process that holds each socket: one walk through all file descriptors comes first.</summary>
    public bool IncludeProcess { get; init; }

    /// <summary>Whether to ask the kernel what it knows of TCP connections: round trip time, retransmits, congestion window.</summary>
    public bool IncludeTcpInfo { get; init; }

    /// <summary>The network namespaces to read; null for the one that this process is in.</summary>
    public IReadOnlyList<NamespaceReference>? NetworkNamespaces { get; init; }

    /// <summary>Whether to read the network namespaces of all running processes.</summary>
    public bool AllNetworkNamespaces { get; init; }

    /// <summary>Whether a row that was saved is asked for.</summary>
    public bool Takes(NetConnection row) =>
        Protocols?.Contains(row.Protocol) != false
        && LocalAddress?.Invoke(AddressValue.From(row.LocalAddress)) != false
        && LocalPorts?.Contains(row.LocalPort) != false
        && RemoteAddress?.Invoke(AddressValue.From(row.RemoteAddress)) != false
        && RemotePorts?.Contains(row.RemotePort) != false
        && States?.Contains(row.State) != false
        && Inodes?.Contains(row.Inode) != false
        && (OwningProcessIds is null || (row.OwningProcess is { } owner && OwningProcessIds.Contains(owner)));
}
