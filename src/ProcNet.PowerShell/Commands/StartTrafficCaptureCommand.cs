using System.Management.Automation;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Sources.Savefiles;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Starts to capture packets in the background and gives the capture, which Get-ProcessTraffic and Get-TrafficFlow take
/// and Stop-TrafficCapture ends.
/// </summary>
[Cmdlet(
    VerbsLifecycle.Start,
    "TrafficCapture",
    SupportsShouldProcess = true,
    DefaultParameterSetName = CountSet,
    HelpUri = HelpPages.Base + "Start-TrafficCapture.md"
)]
[OutputType(typeof(TrafficCapture))]
public sealed class StartTrafficCaptureCommand : ProcNetCommand
{
    private const string CountSet = "Count";
    private const string SaveSet = "Save";

    /// <summary>
    /// Specifies the network interfaces to capture, by name. Wildcards are permitted. A name that is an interface's exact name is taken as
    /// that, whatever characters it has. A name or wildcard that matches nothing is an error that lists the interfaces there are.
    /// </summary>
    /// <remarks>
    /// By default every interface that is up is captured, less those whose packets another captured interface shows again: the ports of a
    /// bridge, bond or team, VLAN and macvlan devices whose parent is captured, VRF devices. So a packet is counted once. In the default
    /// set an interface that cannot be opened is left out with a warning; one that is named is an error.
    /// </remarks>
    [Parameter(Position = 0, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
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
    [Parameter(HelpMessage = "The network namespace to capture in: a name, path, process id or inode.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NetworkNamespaceCompleter))]
    [PSDefaultValue(Help = "PowerShell's own")]
    public string? NetworkNamespace { get; set; }

    /// <summary>
    /// Specifies which packets to count, as a filter expression of libpcap, for example 'tcp port 443' or 'host 192.0.2.1 and not port 22'.
    /// See pcap-filter(7). It is compiled before anything starts; a syntax error is a terminating error (InvalidFilter) with libpcap's own
    /// words.
    /// </summary>
    [Parameter(HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "all packets")]
    public string? Filter { get; set; }

    /// <summary>Specifies when the capture stops by itself. By default it runs until it is stopped.</summary>
    /// <remarks>
    /// A bare number is seconds, also with a fraction: 10, 1.5. Text may have a unit, or several: 500ms, 10s, 5m, 2h, 1d, 1h30m. Hours,
    /// minutes and seconds are 00:00:10. A TimeSpan is taken as it is. It must be longer than zero and at most 24 days.
    /// </remarks>
    [Parameter(HelpMessage = "When the capture stops by itself: seconds, or text as 10s, 5m, 00:00:10.")]
    [DurationTransformation]
    [ArgumentCompleter(typeof(DurationCompleter))]
    [ValidateDuration]
    [PSDefaultValue(Help = "it runs until it is stopped")]
    public TimeSpan? Duration { get; set; }

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
    [Parameter(HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    [PSDefaultValue(Help = "Auto")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>
    /// Learns the names of remote ends from the traffic itself, and asks nobody: from answers of name servers, and from the server that
    /// clients ask for when they begin TLS or QUIC. What Get-TrafficFlow and Get-ProcessTraffic show of the capture has them
    /// (RemoteHostName).
    /// </summary>
    /// <remarks>
    /// Packets are captured to 4352 bytes instead of 256, or to SnapLength where they are written: of one that is shorter names are
    /// missing.
    /// </remarks>
    [Parameter(HelpMessage = "Learn the names of remote ends from the traffic.")]
    public SwitchParameter ResolveFromTraffic { get; set; }

    /// <summary>
    /// Specifies a file to write the packets to, which Wireshark and tcpdump open: pcap where the name ends in .pcap, else pcapng. A pcap
    /// file holds one link type; interfaces of different ones (LinkTypesDiffer) need pcapng. Should writing fail midway, a warning says so
    /// and counting goes on.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ParameterSetName = SaveSet,
        HelpMessage = "A file to write the packets to: pcap where the name ends in .pcap, else pcapng."
    )]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces the file that -Path names where there is one. Without it that is an error (FileExists).</summary>
    [Parameter(ParameterSetName = SaveSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Specifies how many bytes of each packet to keep in the file, 1 to 262144. Byte counts do not depend on it: they come from the length
    /// on the wire.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "How many bytes of each packet to keep in the file.")]
    [ValidateRange(1, 262_144)]
    [PSDefaultValue(Help = "All of each packet")]
    public int? SnapLength { get; set; }

    /// <summary>
    /// Leaves the owners of the packets out of the file. By default a pcapng file says of each packet whose it is: in a comment
    /// (frame.comment contains "pid=4242" finds it in Wireshark), in the fields that Wireshark has for processes, and for each process once
    /// its path, command line, user and start. A pcap file has no place for them.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet)]
    public SwitchParameter NoOwner { get; set; }

    /// <summary>Specifies the ids of the processes whose packets to keep in the file. Everything is counted all the same.</summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "Keep the packets of the processes with these ids.")]
    [Alias("PID", "ProcessId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Specifies the names of the processes whose packets to keep in the file; wildcards are permitted. Everything is counted all
    /// the same.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "Keep the packets of the processes with these names; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>
    /// Specifies the users whose processes' packets to keep in the file, by name; wildcards are permitted. Everything is counted
    /// all the same.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "Keep the packets of these users' processes; wildcards are permitted.")]
    [Alias("UserName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? User { get; set; }

    /// <summary>
    /// Specifies the containers whose processes' packets to keep in the file, as the property Container shows them; wildcards are
    /// permitted. Everything is counted all the same.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "Keep the packets of processes in these containers; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Container { get; set; }

    /// <summary>
    /// Specifies how large a file may grow, in bytes (100MB), before the next one begins: x_00001_20261128143000.pcapng, x_00002_... A file
    /// that is closed is whole, with the owners that were known by then.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "How large a file may grow before the next one begins: 100MB.")]
    [ValidateRange(1024L, long.MaxValue)]
    public long? RotateSize { get; set; }

    /// <summary>Specifies how long a file is written before the next one begins, in the forms that Duration takes: 1h, 15m.</summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "How long a file is written before the next one begins: 1h, 15m.")]
    [DurationTransformation]
    [ValidateDuration]
    public TimeSpan? RotateInterval { get; set; }

    /// <summary>
    /// Specifies how many files to keep of those that RotateSize or RotateInterval make: the oldest one goes where there would be
    /// more.
    /// </summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "How many files to keep; the oldest one goes.")]
    [ValidateRange(1, int.MaxValue)]
    public int? FileCount { get; set; }

    private protected override void Run()
    {
        HostAccess host = Services.HostIn(NetworkNamespace);
        IReadOnlyList<LinkInterface> interfaces = Interface is null ? [] : InterfaceSelection.Select(Interface, host.ReadLinks());
        string? file = Path is null ? null : ProviderPath.ResolveLiteral(this, Path);
        if (file is null && Path is not null)
        {
            return;
        }

        if (FileCount is not null && RotateSize is null && RotateInterval is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidArgument(nameof(Strings.FileCountNeedsRotation), FileCount, FileCount));
        }

        if (file is not null && !NoOwner && SavefileWriter.IsPcap(file))
        {
            WriteWarning(Messages.Format(nameof(Strings.PcapHasNoOwners)));
        }

        string target = Interface is null ? "every network interface that is up" : string.Join(' ', interfaces.Select(link => link.Name));
        if (ShouldProcess(file is null ? target : $"{target}, to {file}", "Start a traffic capture"))
        {
            Start(
                new LiveMeasurement
                {
                    Source = Source,
                    IsNamespaceChosen = NetworkNamespace is not null,
                    Interfaces = interfaces,
                    Filter = Filter,
                    Duration = Duration,
                    Path = file,
                    Overwrite = Force,
                    ResolvesNames = ResolveFromTraffic,
                    SnapLength = SnapLength,
                    WritesOwners = !NoOwner,
                    Selection = Selection(),
                    RotateSize = RotateSize,
                    RotateInterval = RotateInterval,
                    FileCount = FileCount,
                },
                host
            );
        }
    }

    private ProcessSelection? Selection() =>
        Id is null && Name is null && User is null && Container is null
            ? null
            : new ProcessSelection
            {
                Ids = Id?.ToHashSet(),
                Name = Name is null ? null : new ProcessNamePatterns(Name).Matches,
                User = User is null ? null : AnyOf(User),
                Container = Container is null ? null : AnyOf(Container),
            };

    private static Func<string, bool> AnyOf(string[] texts)
    {
        WildcardPattern[] patterns = Array.ConvertAll(texts, static text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase));
        return text => Array.Exists(patterns, pattern => pattern.IsMatch(text));
    }

    private void Start(LiveMeasurement measurement, HostAccess host)
    {
        NoticeLog notices = new();
        TrafficMonitor monitor = SourceChooser.Start(measurement, Services.CaptureLibrary, host, notices.Add, WriteVerbose, StopToken);
        TrafficCapture capture = new(monitor, measurement, notices);
        CaptureRegistry.Add(capture);
        WriteNotices(notices);
        WriteObject(capture);
    }
}
