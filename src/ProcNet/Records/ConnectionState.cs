namespace ProcNet;

/// <summary>
/// The state of a socket, in the spelling of Windows' Get-NetTCPConnection.
/// The numbers are the kernel's own (include/net/tcp_states.h), as /proc/net/tcp shows them.
/// </summary>
public enum ConnectionState
{
    /// <summary>The kernel gave a state that this version does not know.</summary>
    Unknown = 0,

    /// <summary>Both ends may send (ESTABLISHED). A connected UDP socket shows this state too.</summary>
    Established = 1,

    /// <summary>A connection request was sent (SYN_SENT).</summary>
    SynSent = 2,

    /// <summary>A connection request was answered and not yet confirmed (SYN_RECV, NEW_SYN_RECV).</summary>
    SynReceived = 3,

    /// <summary>This endpoint closed first and waits for the other (FIN_WAIT1).</summary>
    FinWait1 = 4,

    /// <summary>The other endpoint confirmed our close and may still send (FIN_WAIT2).</summary>
    FinWait2 = 5,

    /// <summary>Closed by both endpoints, kept so that late segments die (TIME_WAIT). No process holds it.</summary>
    TimeWait = 6,

    /// <summary>
    /// No connection (CLOSE). An unconnected UDP, raw or ICMP socket shows this state; one of TCP that has a port is
    /// <see cref="Bound"/>.
    /// </summary>
    Closed = 7,

    /// <summary>The other endpoint closed; this one has not yet (CLOSE_WAIT).</summary>
    CloseWait = 8,

    /// <summary>Both ends closed; the last confirmation is awaited (LAST_ACK).</summary>
    LastAck = 9,

    /// <summary>Waiting for connections (LISTEN).</summary>
    Listen = 10,

    /// <summary>Both ends closed at the same time (CLOSING).</summary>
    Closing = 11,

    /// <summary>Bound to a port, neither listening nor connected (BOUND_INACTIVE, since Linux 6.8).</summary>
    Bound = 13,
}
