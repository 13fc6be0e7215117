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

    /// <summary>Token ring (IEEE 802.5), with LLC and SNAP.</summary>
    TokenRing = 6,

    /// <summary>SLIP: a direction, a link header of 15 bytes, then IP.</summary>
    Slip = 8,

    /// <summary>PPP; its address and control bytes may be there or not.</summary>
    Ppp = 9,

    /// <summary>FDDI, with LLC and SNAP.</summary>
    Fddi = 10,

    /// <summary>Raw IP as libpcap numbers it on Linux.</summary>
    RawLinux = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>PPP in HDLC framing, or Cisco HDLC: the first byte tells.</summary>
    PppHdlc = 50,

    /// <summary>PPPoE: what stands behind the Ethernet header of a session.</summary>
    PppEthernet = 51,

    /// <summary>ATM with LLC and SNAP (RFC 2684), as savefiles number it.</summary>
    AtmLlc = 100,

    /// <summary>Raw IP as savefiles number it.</summary>
    Raw = 101,

    /// <summary>Cisco HDLC.</summary>
    CiscoHdlc = 104,

    /// <summary>IEEE 802.11, data frames that are not encrypted.</summary>
    Ieee80211 = 105,

    /// <summary>Frame relay.</summary>
    FrameRelay = 107,

    /// <summary>OpenBSD loopback: a four-byte address family in network order.</summary>
    Loop = 108,

    /// <summary>OpenBSD's IPsec device: a family, an index and flags.</summary>
    Enc = 109,

    /// <summary>Linux cooked capture v1 (the "any" device).</summary>
    LinuxSll = 113,

    /// <summary>The log of OpenBSD's and FreeBSD's packet filter.</summary>
    PacketFilterLog = 117,

    /// <summary>IEEE 802.11 after a Prism header.</summary>
    Ieee80211Prism = 119,

    /// <summary>IP over Fibre Channel (RFC 2625).</summary>
    FibreChannel = 122,

    /// <summary>IEEE 802.11 after a radiotap header, data frames that are not encrypted.</summary>
    Ieee80211Radiotap = 127,

    /// <summary>PKTAP as macOS numbered it first.</summary>
    DarwinPacketTap = 149,

    /// <summary>IEEE 802.11 after an AVS header.</summary>
    Ieee80211Avs = 163,

    /// <summary>PPI: fields about the packet, and the number of the link type that follows.</summary>
    PerPacketInformation = 192,

    /// <summary>PPP after a byte that tells the direction.</summary>
    PppDirection = 204,

    /// <summary>Cisco HDLC after a byte that tells the direction.</summary>
    CiscoHdlcDirection = 205,

    /// <summary>Frame relay after a byte that tells the direction.</summary>
    FrameRelayDirection = 206,

    /// <summary>MPLS labels.</summary>
    Mpls = 219,

    /// <summary>Solaris' IPNET.</summary>
    IpNet = 226,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>What netfilter logged (the capture device nflog).</summary>
    NetfilterLog = 239,

    /// <summary>Ethernet of a Hilscher netANALYZER, after four bytes.</summary>
    NetAnalyzer = 240,

    /// <summary>The same with preamble and start delimiter.</summary>
    NetAnalyzerTransparent = 241,

    /// <summary>IP over InfiniBand (RFC 4391), behind a global route header: 40 bytes, then an EtherType.</summary>
    IPoIB = 242,

    /// <summary>macOS' PKTAP: a header with process and interface, and the number of the link type that follows.</summary>
    PacketTap = 258,

    /// <summary>Linux cooked capture v2.</summary>
    LinuxSll2 = 276,

    /// <summary>Ethernet with a Broadcom switch's tag of four bytes behind the addresses.</summary>
    DsaBroadcom = 281,

    /// <summary>Ethernet after a Broadcom switch's tag.</summary>
    DsaBroadcomPrepended = 282,

    /// <summary>Ethernet with a Marvell switch's tag of four bytes.</summary>
    Dsa = 284,

    /// <summary>Ethernet with a Marvell switch's tag of eight bytes that has an EtherType.</summary>
    EtherTypeDsa = 285,
}
