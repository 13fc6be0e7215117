using System.Management.Automation;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Starts to capture packets in the background and gives the capture, which Get-ProcessTraffic and Get-TrafficFlow take
/// and Stop-TrafficCapture ends.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "TrafficCapture", SupportsShouldProcess = true, DefaultParameterSetName = CountSet)]
[OutputType(typeof(TrafficCapture))]
public sealed class StartTrafficCaptureCommand : ProcNetCommand
{
    private const string CountSet = "Count";
    private const string SaveSet = "Save";

    /// <summary>
    /// Specifies the network interfaces to capture, by name; wildcards are permitted. The default is every interface that is up,
    /// less those whose packets another captured one shows again.
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
    [Alias("InterfaceAlias", "ifAlias")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>
    /// Specifies the network namespace to capture in: its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a process in it (of a
    /// container, for example), or its inode as the property NetworkNamespace shows it. The default is PowerShell's own.
    /// </summary>
    [Parameter(HelpMessage = "The network namespace to capture in: a name, path, process id or inode.")]
    [ValidateNotNullOrEmpty]
    public string? NetworkNamespace { get; set; }

    /// <summary>Specifies which packets to capture, as a filter expression of libpcap (see pcap-filter(7)), for example 'tcp port 443'.</summary>
    [Parameter(HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [ValidateNotNullOrEmpty]
    public string? Filter { get; set; }

    /// <summary>
    /// Specifies when the capture stops by itself: a number of seconds, a number with a unit (500ms, 10s, 5m, 2h), hours,
    /// minutes and seconds (00:00:10), or a TimeSpan. By default it runs until Stop-TrafficCapture, or until PowerShell ends.
    /// </summary>
    [Parameter(HelpMessage = "When the capture stops by itself: seconds, or text as 10s, 5m, 00:00:10.")]
    [DurationTransformation]
    [ValidateDuration]
    public TimeSpan? Duration { get; set; }

    /// <summary>
    /// Specifies what counts the bytes. Capture: packets, by libpcap. Kernel: counters at every socket, by eBPF programs in the kernel,
    /// for every container too and with exact owners, but without interfaces and filters. Auto (the default): a capture, or
    /// the kernel where nothing can be captured; -Verbose says why.
    /// </summary>
    [Parameter(HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>Specifies a file to write the packets to, which Wireshark opens: pcap where the name ends in .pcap, else pcapng. By default packets are counted and not kept.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SaveSet, HelpMessage = "A file to write the packets to: pcap where the name ends in .pcap, else pcapng.")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces the file that Path names where there is one.</summary>
    [Parameter(ParameterSetName = SaveSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Specifies how many bytes of each packet to keep in the file. The default is all of them.</summary>
    [Parameter(ParameterSetName = SaveSet, HelpMessage = "How many bytes of each packet to keep in the file.")]
    [ValidateRange(1, 262_144)]
    public int? SnapLength { get; set; }

    private protected override void Run()
    {
        HostAccess host = Services.HostIn(NetworkNamespace);
        IReadOnlyList<LinkInterface> interfaces =
            Interface is null ? [] : InterfaceSelection.Select(Interface, host.ReadLinks());
        string? file = Path is null ? null : ProviderPath.ResolveLiteral(this, Path);
        if (file is null && Path is not null)
        {
            return;
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
                SnapLength = SnapLength,
            },
            host);
        }
    }

    private void Start(LiveMeasurement measurement, HostAccess host)
    {
        NoticeLog notices = new();
        TrafficMonitor monitor = SourceChooser.Start(measurement, Services.CaptureLibrary, host, notices.Add, WriteVerbose);
        TrafficCapture capture = new(monitor, measurement, notices);
        CaptureRegistry.Add(capture);
        WriteNotices(notices);
        WriteObject(capture);
    }
}
