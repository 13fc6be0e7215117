using System.Management.Automation;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <content>What the user gives.</content>
public sealed partial class GetNetConnectionInodeCommand
{
    /// <summary>Specifies local addresses: exact ones, in any spelling, networks (10.0.0.0/8), or with wildcards (10.0.0.*).</summary>
    [Parameter(Position = 0, HelpMessage = "Local addresses; wildcards are permitted.")]
    [Alias("IPAddress")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateAddress]
    public string[]? LocalAddress { get; set; }

    /// <summary>Specifies local ports.</summary>
    [Parameter(Position = 1, HelpMessage = "Local ports.")]
    [ValidateNotNullOrEmpty]
    public ushort[]? LocalPort { get; set; }

    /// <summary>Specifies remote addresses: exact ones, in any spelling, networks (10.0.0.0/8), or with wildcards (10.0.0.*).</summary>
    [Parameter(HelpMessage = "Remote addresses; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateAddress]
    public string[]? RemoteAddress { get; set; }

    /// <summary>Specifies remote ports.</summary>
    [Parameter(HelpMessage = "Remote ports.")]
    [ValidateNotNullOrEmpty]
    public ushort[]? RemotePort { get; set; }

    /// <summary>Specifies states, in the spelling of Get-NetTCPConnection on Windows: Established, Listen, TimeWait, …</summary>
    [Parameter(HelpMessage = "States, for example Established or Listen.")]
    [ValidateNotNullOrEmpty]
    public ConnectionState[]? State { get; set; }

    /// <summary>Specifies protocols: Tcp, Udp, UdpLite, Raw, Icmp, IcmpV6, Sctp or Dccp. The default is all of them.</summary>
    [Parameter(HelpMessage = "Protocols: Tcp, Udp, UdpLite, Raw, Icmp, IcmpV6, Sctp, Dccp.")]
    [ValidateNotNullOrEmpty]
    [ValidateTableProtocol]
    [ArgumentCompleter(typeof(TableProtocolCompleter))]
    public TransportProtocol[]? Protocol { get; set; }

    /// <summary>Specifies sockets by inode. The objects of Get-ProcSocket can be piped in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, HelpMessage = "The inodes of sockets.")]
    [AllowNull]
    [AllowEmptyCollection]
    public long[]? Inode { get; set; }

    /// <summary>Specifies the processes that hold the sockets, by id; any holder counts. The objects of Get-Process can be piped in. Turns IncludeProcess on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LiveSet, HelpMessage = "The ids of processes that hold the sockets.")]
    [Alias("Id", "PID", "ProcessId")]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? OwningProcess { get; set; }

    /// <summary>Looks for the process that holds each socket and fills in OwningProcess and ProcessName, at the cost of a walk over all processes.</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "Fill in the process that holds each socket.")]
    public SwitchParameter IncludeProcess { get; set; }

    /// <summary>
    /// Specifies network namespaces whose tables to read: each by its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a process in
    /// it (of a container, for example), or its inode as the property NetworkNamespace shows it. The default is PowerShell's own.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network namespaces to read: names, paths, process ids or inodes.")]
    [ValidateNotNullOrEmpty]
    public string[]? NetworkNamespace { get; set; }

    /// <summary>Specifies saved tables to read, as cat /proc/net/tcp shows them; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = "A saved table, as cat /proc/net/tcp shows it.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Specifies saved tables to read, exactly as typed: no character is a wildcard. Files that Get-Item gives bind to it.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet, HelpMessage = "A saved table, as cat /proc/net/tcp shows it.")]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }
}
