namespace ProcNet;

/// <summary>
/// How the owner of a flow was found. On a row that sums several flows, every kind that contributed is set,
/// so that a guess can be told from a fact.
/// </summary>
[Flags]
public enum OwnerEvidence
{
    /// <summary>No owner was found; the category says why.</summary>
    None = 0,

    /// <summary>The kernel named the process at the moment it used the socket.</summary>
    KernelFeed = 1,

    /// <summary>A socket with exactly this 5-tuple was seen while the flow was alive, and its holder too.</summary>
    ExactTuple = 2,

    /// <summary>A socket bound to exactly this local address and port (unconnected UDP, ICMP echo id).</summary>
    BoundAddress = 4,

    /// <summary>A socket bound to this port on every address.</summary>
    WildcardBind = 8,

    /// <summary>Only the listening socket of the local port was seen: its holder accepted the connection, or passed it on.</summary>
    ListeningSocket = 16,

    /// <summary>A raw socket for this protocol was open.</summary>
    RawSocket = 32,

    /// <summary>The socket is held by several processes (fork, passed descriptor); one of them got the bytes by rule.</summary>
    SharedSocket = 64,

    /// <summary>The address was translated on the way; the owner was found behind the translation (conntrack).</summary>
    Translated = 128,

    /// <summary>The address belongs to a container or another network namespace, and the owner was found there.</summary>
    OtherNamespace = 256,

    /// <summary>The capture file says so: whoever wrote it found the owner.</summary>
    Savefile = 512,
}
