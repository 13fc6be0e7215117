namespace ProcNet.Interfaces;

/// <summary>A network interface as the kernel lists it (rtnetlink, RTM_NEWLINK).</summary>
internal sealed record LinkInterface
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its index in its network namespace.</summary>
    public required int Index { get; init; }

    /// <summary>The inode of its network namespace.</summary>
    public long NetworkNamespace { get; init; }

    /// <summary>Whether it is administratively up (IFF_UP).</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether it is the loopback interface (IFF_LOOPBACK).</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Its kind (IFLA_INFO_KIND: bridge, bond, veth, vlan, macvlan, vxlan, tun, …); null of a physical one.</summary>
    public string? Kind { get; init; }

    /// <summary>The index of the bridge, bond or team that it is a port of (IFLA_MASTER); 0 where it is none's.</summary>
    public int MasterIndex { get; init; }

    /// <summary>The index of the interface below it or the veth peer (IFLA_LINK); 0 where there is none.</summary>
    public int ParentIndex { get; init; }

    /// <summary>Whether <see cref="ParentIndex"/> is in another network namespace (IFLA_LINK_NETNSID is present).</summary>
    public bool ParentIsElsewhere { get; init; }

    /// <summary>
    /// The number by which its own namespace knows the one of <see cref="ParentIndex"/> (IFLA_LINK_NETNSID); null where that is
    /// its own, or unknown.
    /// </summary>
    public int? ParentNamespaceId { get; init; }

    /// <summary>Whether it is a device of the machine, not one that somebody made: only the administrator can move such a one.</summary>
    public bool IsPhysical => Kind is null && !IsLoopback;

    /// <summary>Its hardware address as a number (48 bits); 0 where it has none.</summary>
    public ulong HardwareAddress { get; init; }

    /// <summary>
    /// Of a bridge: whether what its ports forward passes the rules of IP (br_netfilter), which may translate it
    /// halfway.
    /// </summary>
    public bool FiltersBridged { get; init; }

    /// <summary>The UDP port that the kernel itself listens on for a tunnel (vxlan, geneve); 0 where it is none.</summary>
    public ushort TunnelPort { get; init; }
}
