namespace ProcNet;

/// <summary>
/// Where bytes are accounted: to a process, or to the reason why no process can be named.
/// Every captured byte is in exactly one category.
/// </summary>
public enum TrafficCategory
{
    /// <summary>A process owns the socket.</summary>
    Process,

    /// <summary>The kernel itself sent or consumed it: echo replies, resets, neighbour discovery, IGMP.</summary>
    Kernel,

    /// <summary>Neither end is an address of this host: routed or bridged through, or seen promiscuously.</summary>
    Forwarded,

    /// <summary>An endpoint lives in another network namespace whose sockets could not be read.</summary>
    OtherNamespace,

    /// <summary>A socket was there (the kernel showed its row without an inode) and is closed: TIME_WAIT, orphaned.</summary>
    SocketGone,

    /// <summary>The kernel has no socket for this conversation, at any look.</summary>
    NoSocket,

    /// <summary>The socket is known; the process that holds it is not: it ended before we looked, or its files are not readable.</summary>
    NoHolder,

    /// <summary>Addressed to a multicast group or a broadcast address, and no local socket takes it.</summary>
    Multicast,

    /// <summary>A later fragment of an IP packet whose first fragment was not seen: it has no ports.</summary>
    Fragment,

    /// <summary>The same packet is counted on another captured interface.</summary>
    Duplicate,

    /// <summary>A frame that is not IP (ARP, LLDP, …); its bytes are those after the link header.</summary>
    NotIP,

    /// <summary>A frame whose headers are cut short or contradict themselves.</summary>
    Malformed,

    /// <summary>Conversations of few packets that made room when the flow table was full, or found no room: summed by network.</summary>
    TableFull,

    /// <summary>A sample in which there was no traffic: a row without bytes that says that it was measured.</summary>
    Idle,

    /// <summary>A packet of a file that does not say whose it is, and nothing else was given that does.</summary>
    NotRecorded,
}
