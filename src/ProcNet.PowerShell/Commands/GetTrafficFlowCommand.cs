using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the conversations (5-tuples) with what each sent and received, largest first: measured now for a while,
/// of a capture that runs or has run, or of a saved pcap or pcapng file.
/// </summary>
[Cmdlet(VerbsCommon.Get, "TrafficFlow", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(TrafficFlow))]
public sealed class GetTrafficFlowCommand : TrafficCommand
{
    /// <summary>
    /// Specifies how long to measure: a number of seconds, a number with a unit (500ms, 10s, 5m, 2h), hours, minutes and
    /// seconds (00:00:10), or a TimeSpan. The default is 10 seconds.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = LiveSet, HelpMessage = "How long to measure: seconds, or text as 10s, 5m, 00:00:10.")]
    [DurationTransformation]
    [ValidateDuration]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Specifies what counts the bytes. Capture: packets, by libpcap. Kernel: counters at every socket, by eBPF programs in the kernel,
    /// for every container too and with exact owners, but without interfaces and filters. Auto (the default): a capture, or
    /// the kernel where nothing can be captured; -Verbose says why.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>
    /// Specifies the network interfaces to capture, by name; wildcards are permitted. The default is every interface that is up,
    /// less those whose packets another captured one shows again.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
    [Alias("InterfaceAlias", "ifAlias")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>
    /// Specifies the network namespace to measure in: its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a process in it (of a
    /// container, for example), or its inode as the property NetworkNamespace shows it. The default is PowerShell's own.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network namespace to measure in: a name, path, process id or inode.")]
    [ValidateNotNullOrEmpty]
    public string? NetworkNamespace { get; set; }

    /// <summary>Specifies which packets to count, as a filter expression of libpcap (see pcap-filter(7)), for example 'tcp port 443'.</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? Filter { get; set; }

    /// <summary>Specifies the captures whose conversations to get, as Start-TrafficCapture and Get-TrafficCapture give them. They may still run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = CaptureSet, HelpMessage = "A capture, as Start-TrafficCapture gives it.")]
    [ValidateNotNullOrEmpty]
    public TrafficCapture[]? InputObject { get; set; }

    /// <summary>Specifies the saved captures (pcap or pcapng) to read; wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = "A saved capture (pcap or pcapng) to read.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Specifies the saved captures (pcap or pcapng) to read, exactly as typed: no character is a wildcard. Files that Get-Item gives bind to it.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet, HelpMessage = "A saved capture (pcap or pcapng) to read.")]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    private protected override void Collect()
    {
        switch (ParameterSetName)
        {
            case CaptureSet:
                WriteCaptures(InputObject!);
                break;
            case PathSet:
                WriteSavefiles(Path!.SelectMany(path => ProviderPath.ResolveWildcards(this, path)), Filter);
                break;
            case LiteralPathSet:
                WriteSavefiles(LiteralPath!.Select(path => ProviderPath.ResolveLiteral(this, path)), Filter);
                break;
            default:
                MeasureLive(Source, NetworkNamespace, Interface, Filter, Duration);
                break;
        }
    }

    private protected override void WriteRows(TrafficReport report)
    {
        foreach (TrafficFlow flow in report.Flows)
        {
            WriteObject(flow);
        }
    }
}
