namespace ProcNet.Flows;

/// <summary>
/// What a captured frame begins with. The numbers are those of libpcap's DLT_ values on Linux, which savefiles share
/// except for raw IP (https://www.tcpdump.org/linktypes.html).
/// </summary>
internal enum LinkLayer
{
    /// <summary>BSD loopback: a four-byte address family in host order.</summary>
    Null = 0,

    /// <summary>Ethernet, with 802.1Q and QinQ tags, MPLS labels, or LLC and SNAP.</summary>
    Ethernet = 1,

    /// <summary>PPP; its address and control bytes may be there or not.</summary>
    Ppp = 9,

    /// <summary>Raw IP as libpcap numbers it on Linux.</summary>
    RawLinux = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>PPP in HDLC framing, or Cisco HDLC: the first byte tells.</summary>
    PppHdlc = 50,

    /// <summary>Raw IP as savefiles number it.</summary>
    Raw = 101,

    /// <summary>Cisco HDLC.</summary>
    CiscoHdlc = 104,

    /// <summary>IEEE 802.11, decoded by PacketDotNet.</summary>
    Ieee80211 = 105,

    /// <summary>Frame relay.</summary>
    FrameRelay = 107,

    /// <summary>OpenBSD loopback: a four-byte address family in network order.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture v1 (the "any" device).</summary>
    LinuxSll = 113,

    /// <summary>IEEE 802.11 after a radiotap header, decoded by PacketDotNet.</summary>
    Ieee80211Radiotap = 127,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>What netfilter logged (the capture device nflog).</summary>
    NetfilterLog = 239,

    /// <summary>Linux cooked capture v2.</summary>
    LinuxSll2 = 276,
}
