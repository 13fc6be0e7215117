namespace ProcNet.Sockets;

/// <summary>Decides on rows, before anything is made of them.</summary>
internal sealed class SocketRowFilter
{
    private readonly NetConnectionQuery _query;

    /// <summary>Makes a filter of a query's conditions on rows.</summary>
    public SocketRowFilter(NetConnectionQuery query)
    {
        _query = query;
        ForKernel = new SocketDumpFilter(MaskOf(query.States), PortOf(query.LocalPorts), PortOf(query.RemotePorts), query.IncludeTcpInfo);
    }

    /// <summary>What of it the kernel can do by itself.</summary>
    public SocketDumpFilter ForKernel { get; }

    /// <summary>Whether a row is wanted.</summary>
    public bool Matches(in SocketRow row) =>
        (_query.Protocols is null || _query.Protocols.Contains(row.Protocol))
        && (_query.States is null || _query.States.Contains(row.State))
        && (_query.LocalPorts is null || _query.LocalPorts.Contains(row.LocalPort))
        && (_query.RemotePorts is null || _query.RemotePorts.Contains(row.RemotePort))
        && (_query.Inodes is null || _query.Inodes.Contains(row.Inode))
        && (_query.LocalAddress is null || _query.LocalAddress(row.Local))
        && (_query.RemoteAddress is null || _query.RemoteAddress(row.Remote));

    private static uint MaskOf(IReadOnlySet<ConnectionState>? states)
    {
        uint mask = 0;
        foreach (ConnectionState state in states ?? new HashSet<ConnectionState>())
        {
            mask |= KernelSocketState.ToMask(state);
        }

        return mask;
    }

    // 0 means "any" to the kernel; so does a set of several, which is then left to Matches.
    private static ushort PortOf(IReadOnlySet<int>? ports) =>
        ports is { Count: 1 } && ports.First() is > 0 and <= ushort.MaxValue and int port ? (ushort)port : (ushort)0;
}
