using System.Management.Automation;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <content>What the user gives.</content>
public sealed partial class GetProcessTrafficCommand
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
    /// Specifies the time between samples, in the forms that Duration takes: 2, 500ms, 5m. Each sample has the traffic since the one before. The
    /// default is 1 second.
    /// </summary>
    [Parameter(ParameterSetName = SamplingSet, HelpMessage = "The time between samples: seconds, or text as 500ms, 5m.")]
    [Parameter(ParameterSetName = ContinuousSet)]
    [DurationTransformation]
    [ValidateDuration]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Specifies how many samples to take. The default is 1.</summary>
    [Parameter(ParameterSetName = SamplingSet, HelpMessage = "How many samples to take.")]
    [ValidateRange(1L, long.MaxValue)]
    public long MaxSamples { get; set; } = 1;

    /// <summary>Takes samples until you press Ctrl+C.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ContinuousSet, HelpMessage = "Take samples until Ctrl+C is pressed.")]
    public SwitchParameter Continuous { get; set; }

    /// <summary>
    /// Specifies what counts the bytes. Capture: packets, by libpcap. Kernel: counters at every socket, by eBPF programs in the kernel,
    /// for every container too and with exact owners, but without interfaces and filters. Auto (the default): a capture, or
    /// the kernel where nothing can be captured; -Verbose says why.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = ContinuousSet)]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>
    /// Specifies the network interfaces to capture, by name; wildcards are permitted. The default is every interface that is up,
    /// less those whose packets another captured one shows again.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = ContinuousSet)]
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
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = ContinuousSet)]
    [ValidateNotNullOrEmpty]
    public string? NetworkNamespace { get; set; }

    /// <summary>Specifies which packets to count, as a filter expression of libpcap (see pcap-filter(7)), for example 'tcp port 443'.</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = ContinuousSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? Filter { get; set; }

    /// <summary>
    /// Specifies the ids of the processes whose rows to show; the process objects of Get-Process bind to it.
    /// Everything is measured all the same, and the statistics count it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LiveSet, HelpMessage = "Show the rows of the processes with these ids.")]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = SamplingSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ContinuousSet)]
    [Parameter(ParameterSetName = CaptureSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Alias("PID", "ProcessId", "OwningProcess")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Specifies the names of the processes whose rows to show; wildcards are permitted.
    /// Everything is measured all the same, and the statistics count it.
    /// </summary>
    [Parameter(HelpMessage = "Show the rows of the processes with these names; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Specifies the captures whose traffic to get, as Start-TrafficCapture and Get-TrafficCapture give them. They may still run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = CaptureSet, HelpMessage = "A capture, as Start-TrafficCapture gives it.")]
    [ValidateNotNullOrEmpty]
    public TrafficCapture[]? InputObject { get; set; }

    /// <summary>
    /// Specifies the saved captures (pcap or pcapng) to read; wildcards are permitted.
    /// Owners are searched among the sockets of now, so a capture of long ago, or of another machine, has few.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, HelpMessage = "A saved capture (pcap or pcapng) to read.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Specifies the saved captures (pcap or pcapng) to read, exactly as typed: no character is a wildcard. Files that Get-Item gives bind to it.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet, HelpMessage = "A saved capture (pcap or pcapng) to read.")]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }
}
