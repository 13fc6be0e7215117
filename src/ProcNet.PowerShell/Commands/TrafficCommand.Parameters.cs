using System.Management.Automation;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <content>What the user gives: of which traffic, and of whose.</content>
public abstract partial class TrafficCommand
{
    /// <summary>Specifies how long to measure. Ctrl+C ends it early, without rows; with -Stoppable the rows come then.</summary>
    /// <remarks>
    /// A bare number is seconds, also with a fraction: 10, 1.5. Text may have a unit, or several: 500ms, 10s, 5m, 2h, 1d, 1h30m. Hours,
    /// minutes and seconds are 00:00:10. A TimeSpan is taken as it is. It must be longer than zero and at most 24 days.
    /// </remarks>
    [Parameter(Position = 0, ParameterSetName = LiveSet, HelpMessage = "How long to measure: seconds, or text as 10s, 5m, 00:00:10.")]
    [DurationTransformation]
    [ArgumentCompleter(typeof(DurationCompleter))]
    [ValidateDuration]
    [PSDefaultValue(Help = "10 seconds")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ends the measurement with its rows at a key: Enter, q or Ctrl+C at a terminal. PowerShell takes no more output of a pipeline that
    /// Ctrl+C stopped, so the key is read here before PowerShell sees it. Without a terminal it changes nothing.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "End with the rows at Enter, q or Ctrl+C.")]
    [Parameter(ParameterSetName = SamplingSet)]
    public SwitchParameter Stoppable { get; set; }

    /// <summary>
    /// Specifies the time between samples, in the forms that Duration takes: 2, 500ms, 5m. Each sample has the traffic since the one
    /// before. The default is 1 second.
    /// </summary>
    [Parameter(ParameterSetName = SamplingSet, HelpMessage = "The time between samples: seconds, or text as 500ms, 5m.")]
    [DurationTransformation]
    [ArgumentCompleter(typeof(DurationCompleter))]
    [ValidateDuration]
    [PSDefaultValue(Help = "00:00:01")]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Specifies how many samples to take. The default is 1.</summary>
    [Parameter(ParameterSetName = SamplingSet, HelpMessage = "How many samples to take.")]
    [ValidateRange(1L, long.MaxValue)]
    [PSDefaultValue(Help = "1")]
    public long MaxSamples { get; set; } = 1;

    /// <summary>Takes samples until you press Ctrl+C. With MaxSamples it is an error (ContinuousOrMaxSamples).</summary>
    [Parameter(ParameterSetName = SamplingSet, HelpMessage = "Take samples until Ctrl+C is pressed.")]
    public SwitchParameter Continuous { get; set; }

    /// <summary>
    /// Specifies what counts the bytes. Capture: packets, by libpcap. Kernel: counters at every socket, kept by eBPF programs that are
    /// loaded into the kernel for the time of the measurement; they see every network namespace and container, and the process at the
    /// moment it uses the socket, so that a process of a millisecond has its row. They see no packet that has no socket (forwarded ones,
    /// ARP), and have no interfaces and filters: -Interface, -Filter and -Path choose a capture, and together with -Source Kernel they are
    /// an error (NeedsCapture). Packets and bytes are counted as on the wire: a segment that the network card cuts or the kernel merges
    /// counts with its own headers, where a capture sees one large packet.
    /// </summary>
    /// <remarks>
    /// Auto takes a capture, or the kernel where nothing can be captured; -Verbose says why, and the rows' Source says which it was. The
    /// kernel needs libbpf and CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, which root has: Test-ProcNet says whether it works here. Where it
    /// does not, -Source Kernel is an error (KernelFeedUnavailable).
    /// </remarks>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [PSDefaultValue(Help = "Auto")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>
    /// Specifies the network interfaces to capture, by name. Wildcards are permitted. A name that is an interface's exact name is taken as
    /// that, whatever characters it has. A name or wildcard that matches nothing is an error that lists the interfaces there are.
    /// </summary>
    /// <remarks>
    /// By default every interface that is up is captured, less those whose packets another captured interface shows again: the ports of a
    /// bridge, bond or team, VLAN and macvlan devices whose parent is captured, VRF devices. So a packet is counted once. In the default
    /// set an interface that cannot be opened is left out with a warning; one that is named is an error.
    /// </remarks>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Alias("InterfaceAlias", "ifAlias")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    [PSDefaultValue(Help = "Every interface that is up")]
    public string[]? Interface { get; set; }

    /// <summary>
    /// Specifies the network namespace to measure in: its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a process in it
    /// (of a container, for example), or its inode as the property NetworkNamespace shows it. The default is PowerShell's own. Another one
    /// takes root.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network namespace to measure in: a name, path, process id or inode.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NetworkNamespaceCompleter))]
    [PSDefaultValue(Help = "PowerShell's own")]
    public string? NetworkNamespace { get; set; }

    /// <summary>
    /// Learns the names of remote ends from the traffic itself, and asks nobody: from answers of name servers (UDP and TCP), and from the
    /// server that clients ask for when they begin TLS or QUIC. RemoteHostName and NameEvidence have them, -GroupBy Remote sums by them.
    /// Of this machine its hosts file counts too, and ports get the names of its table of services.
    /// </summary>
    /// <remarks>
    /// Only what passes while it is captured can be learned: a connection that was open before has no name. Packets are captured to 4352
    /// bytes instead of 256, which costs more where much is sent. -Source Kernel sees no packets, and is an error with it (NeedsCapture).
    /// </remarks>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "Learn the names of remote ends from the traffic.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter ResolveFromTraffic { get; set; }

    /// <summary>
    /// Specifies which packets to count, as a filter expression of libpcap, for example 'tcp port 443' or 'host 192.0.2.1 and not port 22'.
    /// See pcap-filter(7). It is compiled before anything starts; a syntax error is a terminating error (InvalidFilter) with libpcap's own
    /// words.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "all packets")]
    public string? Filter { get; set; }

    /// <summary>
    /// Specifies the processes whose rows to show, by id or as objects: those of Get-Process, of Get-ProcSocket, of Get-NetConnectionInode
    /// -IncludeProcess, or of a CSV file can be piped in where it measures live. Everything is measured all the same, and the statistics
    /// count it. A live id that no process has is an error (NoProcessFoundForGivenId), told before anything is measured; an empty list
    /// shows nothing; a process without traffic has no row.
    /// </summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = LiveSet, HelpMessage = "Show the rows of the processes with these ids.")]
    [Parameter(ValueFromPipeline = true, ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = CaptureSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Alias("PID", "ProcessId", "OwningProcess")]
    [AllowNull]
    [AllowEmptyCollection]
    [ProcessIdTransformation]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Specifies the names of the processes whose rows to show. Wildcards are permitted. With -Id, a row is shown where either fits.
    /// Everything is measured all the same, and the statistics count it. A name that no process has is warned of at the start, since one
    /// may still come, and is an error at the end (NoProcessFoundForGivenName).
    /// </summary>
    [Parameter(HelpMessage = "Show the rows of the processes with these names; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateWildcard]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>
    /// Specifies the captures whose traffic to get, as Start-TrafficCapture and Get-TrafficCapture give them. They may still run: each call
    /// gives the totals by then.
    /// </summary>
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ParameterSetName = CaptureSet,
        HelpMessage = "A capture, as Start-TrafficCapture gives it."
    )]
    [ValidateNotNullOrEmpty]
    public TrafficCapture[]? InputObject { get; set; }

    /// <summary>
    /// Specifies saved captures to read, in the pcap or pcapng format. Wildcards are permitted; one that matches nothing is silence, a path
    /// without wildcards that does not exist is an error.
    /// </summary>
    /// <remarks>
    /// Owners are those that the file names. -ThisHost looks for the others among the sockets of now, -Socket and -Connection in saved
    /// ones. A file that was cut in the middle of a packet counts up to the cut, with a warning.
    /// </remarks>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = "A saved capture (pcap or pcapng) to read.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>
    /// Specifies saved captures to read, exactly as typed: no character is a wildcard. Files that Get-Item and Get-ChildItem give bind to
    /// it.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = LiteralPathSet,
        HelpMessage = "A saved capture (pcap or pcapng) to read."
    )]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }
}
