namespace ProcNet;

/// <summary>What is true of protocols.</summary>
internal static class TransportProtocols
{
    /// <summary>Whether its conversations have ports, and so a 5-tuple.</summary>
    public static bool HasPorts(this TransportProtocol protocol) =>
        protocol
            is TransportProtocol.Tcp
                or TransportProtocol.Udp
                or TransportProtocol.UdpLite
                or TransportProtocol.Sctp
                or TransportProtocol.Dccp;
}
