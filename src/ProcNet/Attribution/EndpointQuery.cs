using ProcNet.Addresses;

namespace ProcNet.Attribution;

/// <summary>One endpoint of a conversation, for which an owner is looked for.</summary>
internal readonly record struct EndpointQuery
{
    /// <summary>The namespace in which the end is local.</summary>
    public required long NetworkNamespace { get; init; }

    /// <summary>The IP protocol number.</summary>
    public required byte Protocol { get; init; }

    /// <summary>The local address; a group's where packets came to one.</summary>
    public required AddressValue Local { get; init; }

    /// <summary>The local port; the identifier of ICMP echo.</summary>
    public required ushort LocalPort { get; init; }

    /// <summary>The remote address.</summary>
    public required AddressValue Remote { get; init; }

    /// <summary>The remote port.</summary>
    public required ushort RemotePort { get; init; }

    /// <summary>When the conversation began, in microseconds since 1970 UTC.</summary>
    public required long From { get; init; }

    /// <summary>Until when an observation of a socket can be of this conversation's.</summary>
    public required long To { get; init; }

    /// <summary>When the last packet came that is known of: a process that started later cannot be the owner.</summary>
    public required long LastPacket { get; init; }

    /// <summary>Whether this endpoint opened it: sent the SYN, or the first packet.</summary>
    public required bool IsOpener { get; init; }

    /// <summary>Whether the first packets were a TCP handshake, so that a socket seen before is another connection's.</summary>
    public bool BeganWithSyn { get; init; }

    /// <summary>
    /// When the next connection of the same 5-tuple began: a socket first seen then or later is that one's. Null where there was
    /// none.
    /// </summary>
    public long? ReplacedAt { get; init; }

    /// <summary>Whether it is a TCP connection and not the first of its 5-tuple: a socket seen before it is another one's.</summary>
    public bool ReplacesAnother { get; init; }

    /// <summary>How many bytes this endpoint sent.</summary>
    public long SentBytes { get; init; }

    /// <summary>Whether this endpoint said no more than resets: the kernel's answer where there is no socket.</summary>
    public bool SentOnlyResets { get; init; }

    /// <summary>The index of the interface that showed the packets; 0 where it is not known.</summary>
    public int ShownOn { get; init; }

    /// <summary>Says which devices a socket of this endpoint's may be bound to; null for any.</summary>
    public NetworkView? View { get; init; }

    /// <summary>Whether <see cref="Local"/> is a multicast group or a broadcast address.</summary>
    public bool IsGroup { get; init; }
}
