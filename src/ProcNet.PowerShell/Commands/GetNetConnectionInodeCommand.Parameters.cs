using System.Management.Automation;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <content>What the user gives.</content>
public sealed partial class GetNetConnectionInodeCommand
{
    /// <summary>
    /// Specifies local addresses: exact ones, in any spelling (::1, 0:0::1, ::ffff:192.0.2.1), networks (10.0.0.0/8), or with wildcards
    /// (10.0.0.*), which are compared with the address as the rows show it.
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "Local addresses; wildcards are permitted.")]
    [Alias("IPAddress")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateAddress]
    public string[]? LocalAddress { get; set; }

    /// <summary>
    /// Specifies local ports, 0 to 65535, or ranges with both ends in them (8000-8999). Of an ICMP socket this is the echo
    /// identifier, of a raw socket the protocol number.
    /// </summary>
    [Parameter(Position = 1, HelpMessage = "Local ports, for example 443 or 8000-8999.")]
    [ValidateNotNullOrEmpty]
    [ValidatePort]
    [ArgumentCompleter(typeof(LocalPortCompleter))]
    public string[]? LocalPort { get; set; }

    /// <summary>
    /// Specifies remote addresses: exact ones, in any spelling, networks (10.0.0.0/8), or with wildcards (10.0.0.*). A socket without a
    /// remote address has 0.0.0.0 or ::.
    /// </summary>
    [Parameter(HelpMessage = "Remote addresses; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateAddress]
    public string[]? RemoteAddress { get; set; }

    /// <summary>Specifies remote ports, 0 to 65535, or ranges with both ends in them (8000-8999). A socket without one has 0.</summary>
    [Parameter(HelpMessage = "Remote ports, for example 443 or 8000-8999.")]
    [ValidateNotNullOrEmpty]
    [ValidatePort]
    [ArgumentCompleter(typeof(RemotePortCompleter))]
    public string[]? RemotePort { get; set; }

    /// <summary>
    /// Specifies states, in the spelling of Get-NetTCPConnection on Windows. An unconnected UDP, raw or ICMP socket is Closed, a connected
    /// UDP socket Established.
    /// </summary>
    [Parameter(HelpMessage = "States, for example Established or Listen.")]
    [ValidateNotNullOrEmpty]
    public ConnectionState[]? State { get; set; }

    /// <summary>
    /// Specifies protocols: Tcp, Udp, UdpLite, Raw, Icmp, IcmpV6, Sctp or Dccp. Another is an error: the kernel has no table for it.
    /// </summary>
    [Parameter(HelpMessage = "Protocols: Tcp, Udp, UdpLite, Raw, Icmp, IcmpV6, Sctp, Dccp.")]
    [ValidateNotNullOrEmpty]
    [ValidateSet("Tcp", "Udp", "UdpLite", "Raw", "Icmp", "IcmpV6", "Sctp", "Dccp")]
    [PSDefaultValue(Help = "All that have a table")]
    public TransportProtocol[]? Protocol { get; set; }

    /// <summary>
    /// Specifies sockets by inode. The objects of Get-ProcSocket can be piped in. An inode that you type and that no row has is an error;
    /// of piped sockets those without a row (unix, netlink) are passed over.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, HelpMessage = "The inodes of sockets.")]
    [AllowNull]
    [AllowEmptyCollection]
    public long[]? Inode { get; set; }

    /// <summary>
    /// Specifies the processes that hold the sockets, by id; any holder of a shared socket counts. The objects of Get-Process can be piped
    /// in. It turns IncludeProcess on. An id that no process has is an error (NoProcessFoundForGivenId).
    /// </summary>
    [Parameter(
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = LiveSet,
        HelpMessage = "The ids of processes that hold the sockets."
    )]
    [Alias("Id", "PID", "ProcessId")]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? OwningProcess { get; set; }

    /// <summary>
    /// Looks for the processes that hold each socket, and fills in OwningProcess and what is known of it (ProcessName, CommandLine, Unit,
    /// Container, …), and SharedWith where several hold it. It costs a walk over the descriptors of all processes.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "Fill in the process that holds each socket.")]
    public SwitchParameter IncludeProcess { get; set; }

    /// <summary>
    /// Asks the kernel what it knows of TCP connections, as ss -ti does: RoundTripTime, RoundTripVariation, MinRoundTripTime, Retransmits,
    /// CongestionWindow, SegmentSize, PacingRate, DeliveryRate and CongestionControl. Sockets that listen or are over have none of them.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "Fill in what the kernel knows of TCP connections.")]
    public SwitchParameter IncludeTcpInfo { get; set; }

    /// <summary>
    /// Specifies network namespaces whose tables to read, each by its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a
    /// process in it (of a container, for example), or its inode as the property NetworkNamespace shows it. Others than PowerShell's own
    /// take root.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network namespaces to read: names, paths, process ids or inodes.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NetworkNamespaceCompleter))]
    [PSDefaultValue(Help = "PowerShell's own")]
    public string[]? NetworkNamespace { get; set; }

    /// <summary>
    /// Specifies saved tables to read, in the form of /proc/net/tcp, of ss -tuanpe, or of Get-NetConnectionInode | Export-Clixml. Wildcards
    /// are permitted. The file's name says the protocol where it has one in it (tcp6, udp, …), else -Protocol does, else it is TCP. A file
    /// may hold several tables, each with its heading, as cat /proc/net/tcp /proc/net/tcp6 gives them: the headings tell TCP from UDP.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = "A saved table, as cat /proc/net/tcp shows it.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>
    /// Specifies saved tables to read, exactly as typed: no character is a wildcard. Files that Get-Item gives bind to
    /// it.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = LiteralPathSet,
        HelpMessage = "A saved table, as cat /proc/net/tcp shows it."
    )]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>
    /// Specifies the byte order of the machine that saved the table: LittleEndian (x64, arm64) or BigEndian (s390x, old ppc64 and MIPS).
    /// The kernel writes addresses in its own, and the file does not say which; where they look reversed, a warning says so.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = "The byte order of the machine that saved the table.")]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = "The byte order of the machine that saved the table.")]
    [PSDefaultValue(Help = "LittleEndian")]
    public ByteOrder ByteOrder { get; set; }
}
