namespace ProcNet.Flows;

/// <summary>What the feed knows of the socket whose traffic a snapshot's entry counts. The entry is that one endpoint's view.</summary>
internal readonly record struct SocketCounters
{
    /// <summary>The socket, by the kernel's cookie for it, which is never used twice.</summary>
    public required ulong Cookie { get; init; }

    /// <summary>The process that used the socket when the packets passed; nobody before anybody did.</summary>
    public required EbpfProcess User { get; init; }

    /// <summary>The process that made or connected it, or that made the listener it came from.</summary>
    public required EbpfProcess Creator { get; init; }

    /// <summary>The inode of its network namespace; 0 where it is not known.</summary>
    public required uint NetworkNamespace { get; init; }

    /// <summary>Whether only the host's administrator can have made that namespace: it is known, and of the first user namespace.</summary>
    public bool IsHostsNamespace { get; init; }

    /// <summary>Whether the Low endpoint is this one.</summary>
    public required bool LocalIsLow { get; init; }

    /// <summary>Whether the same packets are in an earlier entry too, as the other endpoint of this host saw them.</summary>
    public required bool IsSecondView { get; init; }

    /// <summary>Whether the entry is a listener's part in a connection: its handshake.</summary>
    public required bool IsListener { get; init; }

    /// <summary>Whether the socket is connected to the remote endpoint.</summary>
    public required bool IsConnected { get; init; }

    /// <summary>Whether <see cref="Creator"/> is that of the listener.</summary>
    public required bool IsInherited { get; init; }
}
