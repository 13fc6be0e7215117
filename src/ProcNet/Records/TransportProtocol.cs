namespace ProcNet;

/// <summary>The protocol above IP, numbered as on the wire (IANA protocol numbers).</summary>
public enum TransportProtocol
{
    /// <summary>No IP protocol: the frame was not IP, or its header could not be read.</summary>
    None = 256,

    /// <summary>IPv6 hop-by-hop options used as a protocol of their own (IANA 0).</summary>
    HopByHop = 0,

    /// <summary>Internet Control Message Protocol (IANA 1).</summary>
    Icmp = 1,

    /// <summary>Internet Group Management Protocol (IANA 2).</summary>
    Igmp = 2,

    /// <summary>IPv4 carried in IP (IANA 4).</summary>
    IPv4Tunnel = 4,

    /// <summary>Transmission Control Protocol (IANA 6).</summary>
    Tcp = 6,

    /// <summary>User Datagram Protocol (IANA 17).</summary>
    Udp = 17,

    /// <summary>Datagram Congestion Control Protocol (IANA 33).</summary>
    Dccp = 33,

    /// <summary>IPv6 carried in IP (IANA 41).</summary>
    IPv6Tunnel = 41,

    /// <summary>Generic Routing Encapsulation (IANA 47).</summary>
    Gre = 47,

    /// <summary>Encapsulating Security Payload (IANA 50).</summary>
    Esp = 50,

    /// <summary>ICMP for IPv6 (IANA 58).</summary>
    IcmpV6 = 58,

    /// <summary>Stream Control Transmission Protocol (IANA 132).</summary>
    Sctp = 132,

    /// <summary>UDP-Lite (IANA 136).</summary>
    UdpLite = 136,

    /// <summary>A raw socket; its local port is the protocol number that it listens to.</summary>
    Raw = 255,
}
