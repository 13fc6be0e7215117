namespace ProcNet.Sockets;

/// <summary>The kernel's state numbers (include/net/tcp_states.h).</summary>
internal static class KernelSocketState
{
    private const int NewSynReceived = 12; // TCP_NEW_SYN_RECV: a request socket; ss shows it as SYN-RECV too

    /// <summary>Gives the state of a number.</summary>
    public static ConnectionState ToConnectionState(int state) =>
        state switch
        {
            >= (int)ConnectionState.Established and <= (int)ConnectionState.Closing => (ConnectionState)state,
            NewSynReceived => ConnectionState.SynReceived,
            (int)ConnectionState.Bound => ConnectionState.Bound,
            _ => ConnectionState.Unknown,
        };

    /// <summary>
    /// Gives the state of a number in a protocol's dump: of TCP the kernel lists closed sockets only where they are bound (BOUND_INACTIVE
    /// selects them), and gives the socket's own state for them, CLOSE.
    /// </summary>
    public static ConnectionState ToConnectionState(int state, TransportProtocol protocol) =>
        state == (int)ConnectionState.Closed && protocol == TransportProtocol.Tcp ? ConnectionState.Bound : ToConnectionState(state);

    /// <summary>The bits of a dump's state mask that stand for a state.</summary>
    public static uint ToMask(ConnectionState state) =>
        state switch
        {
            ConnectionState.SynReceived => 1u << (int)ConnectionState.SynReceived | 1u << NewSynReceived,
            ConnectionState.Unknown => ~0u,
            _ => 1u << (int)state,
        };
}
