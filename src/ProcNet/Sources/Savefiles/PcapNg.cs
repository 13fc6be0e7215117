namespace ProcNet.Sources.Savefiles;

/// <summary>The numbers of the pcapng format (draft-ietf-opsawg-pcapng) that are written and read here.</summary>
internal static class PcapNg
{
    /// <summary>The type of a section header block; reads the same in either byte order.</summary>
    public const uint SectionHeader = 0x0A0D0D0A;

    /// <summary>What a section's byte order is told by.</summary>
    public const uint ByteOrderMagic = 0x1A2B3C4D;

    /// <summary>The type of an interface description block.</summary>
    public const uint InterfaceDescription = 1;

    /// <summary>The type of a block of an interface's counts.</summary>
    public const uint InterfaceStatistics = 5;

    /// <summary>The type of an enhanced packet block.</summary>
    public const uint EnhancedPacket = 6;

    /// <summary>The type of a custom block that may be copied.</summary>
    public const uint CustomBlock = 0xBAD;

    /// <summary>The type of a custom block that may not be copied.</summary>
    public const uint CustomBlockNoCopy = 0x40000BAD;

    /// <summary>Wireshark's private enterprise number.</summary>
    public const uint WiresharkEnterprise = 32622;

    /// <summary>In a custom block of Wireshark's: a Process Information entry (wiretap/pcapng-wireshark-custom.c, Wireshark 5.1).</summary>
    public const uint ProcessInformation = 3;

    /// <summary>Apple's block of a process, of a number that is everybody's own to use.</summary>
    public const uint DarwinProcess = 0x80000001;

    /// <summary>Our block of resolved conversations, of such a number too; its first bytes are <see cref="OwnBlockMagic"/>.</summary>
    public const uint OwnBlock = 0x8050_4E01;

    /// <summary>Tells our block from others' of the same number.</summary>
    public static ReadOnlySpan<byte> OwnBlockMagic => "ProcNet\0"u8;

    /// <summary>In any block: a comment.</summary>
    public const int Comment = 1;

    /// <summary>In a section header: the hardware.</summary>
    public const int Hardware = 2;

    /// <summary>In a section header: the operating system.</summary>
    public const int OperatingSystem = 3;

    /// <summary>In a section header: the program.</summary>
    public const int Application = 4;

    /// <summary>In an interface description: its name.</summary>
    public const int InterfaceName = 2;

    /// <summary>In an interface description: an IPv4 address with its mask.</summary>
    public const int InterfaceIPv4 = 4;

    /// <summary>In an interface description: an IPv6 address with its prefix length.</summary>
    public const int InterfaceIPv6 = 5;

    /// <summary>In an interface description: its hardware address.</summary>
    public const int InterfaceHardwareAddress = 6;

    /// <summary>In an interface description: the resolution of its times.</summary>
    public const int TimeResolution = 9;

    /// <summary>In an interface description: the filter, after a byte that says of which kind it is.</summary>
    public const int InterfaceFilter = 11;

    /// <summary>In an interface description: the operating system.</summary>
    public const int InterfaceOperatingSystem = 12;

    /// <summary>In an interface description: what is to be added to its times.</summary>
    public const int TimeOffset = 14;

    /// <summary>In a packet: its direction, in the lowest two bits.</summary>
    public const int PacketFlags = 2;

    /// <summary>In a packet: the process and the thread that sent or received it.</summary>
    public const int PacketProcess = 8;

    /// <summary>In a packet: the number of Apple's process block of its process.</summary>
    public const int DarwinPacketProcess = 0x8001;

    /// <summary>In statistics: when counting began.</summary>
    public const int StatisticsStart = 2;

    /// <summary>In statistics: when it ended.</summary>
    public const int StatisticsEnd = 3;

    /// <summary>In statistics: packets received from the interface.</summary>
    public const int InterfaceReceived = 4;

    /// <summary>In statistics: packets that the interface dropped. dumpcap writes here what libpcap says that the kernel dropped.</summary>
    public const int InterfaceDrop = 5;

    /// <summary>In statistics: packets that passed the filter.</summary>
    public const int FilterAccept = 6;

    /// <summary>In statistics: packets that the operating system dropped.</summary>
    public const int SystemDrop = 7;

    /// <summary>In statistics: packets that came to the user, which are those in the file.</summary>
    public const int UserDelivered = 8;

    /// <summary>In a Process Information entry: the short name.</summary>
    public const int ProcessName = 2;

    /// <summary>In a Process Information entry: the path of the executable.</summary>
    public const int ProcessPath = 3;

    /// <summary>In a Process Information entry: the arguments, with zero bytes between.</summary>
    public const int ProcessCommandLine = 4;

    /// <summary>In a Process Information entry: the parent's id.</summary>
    public const int ProcessParent = 5;

    /// <summary>In a Process Information entry: the user's id.</summary>
    public const int ProcessUserId = 6;

    /// <summary>In a Process Information entry: the user's name.</summary>
    public const int ProcessUserName = 7;

    /// <summary>In a Process Information entry: when it started, in nanoseconds since 1970 UTC.</summary>
    public const int ProcessStart = 9;

    /// <summary>Our own, as all codes from 0x8000 are somebody's own: the container.</summary>
    public const int ProcessContainer = 0x8001;

    /// <summary>Our own: the inode of the network namespace.</summary>
    public const int ProcessNetworkNamespace = 0x8002;

    /// <summary>Our own: systemd's unit.</summary>
    public const int ProcessUnit = 0x8003;

    /// <summary>Our own: systemd's slice.</summary>
    public const int ProcessSlice = 0x8004;
}
