namespace ProcNet.Traffic;

/// <summary>
/// What a captured frame begins with. The numbers are those of libpcap's DLT_ values on Linux, which savefiles share
/// except for raw IP (https://www.tcpdump.org/linktypes.html).
/// </summary>
internal enum LinkLayer
{
    /// <summary>BSD loopback: a four-byte address family in host order.</summary>
    Null = 0,

    /// <summary>Ethernet, with 802.1Q and QinQ tags.</summary>
    Ethernet = 1,

    /// <summary>PPP, decoded by PacketDotNet.</summary>
    Ppp = 9,

    /// <summary>Raw IP as libpcap numbers it on Linux.</summary>
    RawLinux = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>Raw IP as savefiles number it.</summary>
    Raw = 101,

    /// <summary>IEEE 802.11, decoded by PacketDotNet.</summary>
    Ieee80211 = 105,

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

    /// <summary>Linux cooked capture v2.</summary>
    LinuxSll2 = 276,
}
