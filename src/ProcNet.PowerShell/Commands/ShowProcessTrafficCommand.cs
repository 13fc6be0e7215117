using System.Diagnostics;
using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.PowerShell.Loading;
using ProcNet.Presentation;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Shows what each process sends and receives on a live screen: of samples that come through the pipeline, of this host or of several, or
/// of a measurement of its own. Where the output is no terminal, the rows are passed on as they are.
/// </summary>
[Cmdlet(VerbsCommon.Show, "ProcessTraffic", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(ProcessTraffic))]
public sealed class ShowProcessTrafficCommand : MeasuringCommand
{
    private const string LiveSet = "Live";
    private const string InputSet = "Input";

    private ITrafficScreen? _screen;
    private PipelineScreen? _pipeline;
    private ScreenStandIn? _standIn;

    /// <summary>
    /// Specifies the samples to show: the rows of Get-ProcessTraffic, also of other hosts (Invoke-Command) and of files
    /// (Import-Clixml, Import-Csv).
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipeline = true,
        ParameterSetName = InputSet,
        HelpMessage = "Rows of Get-ProcessTraffic, sampled."
    )]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Specifies the time between samples of the screen's own measurement: 2, 500ms, 5s. The default is 1 second.</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The time between samples: seconds, or text as 500ms, 5s.")]
    [DurationTransformation]
    [ValidateDuration]
    [PSDefaultValue(Help = "1 second")]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Specifies what counts the bytes of the screen's own measurement: Auto, Capture or Kernel, as Get-ProcessTraffic has
    /// it.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    [PSDefaultValue(Help = "Auto")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>Specifies the network interfaces to capture, by name. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network interfaces to capture; wildcards are permitted.")]
    [Alias("InterfaceAlias", "ifAlias")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    [PSDefaultValue(Help = "Every interface that is up")]
    public string[]? Interface { get; set; }

    /// <summary>
    /// Specifies the network namespace to measure in: its name as ip-netns(8) has it, a path, the id of a process in it, or its
    /// inode.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "The network namespace to measure in: a name, path, process id or inode.")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "PowerShell's own")]
    public string? NetworkNamespace { get; set; }

    /// <summary>Specifies which packets to count, as a filter expression of libpcap (see pcap-filter(7)).</summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "A libpcap filter expression, for example 'tcp port 443'.")]
    [ValidateNotNullOrEmpty]
    public string? Filter { get; set; }

    /// <summary>Specifies what the rows are sorted by at first; the key s changes it.</summary>
    [Parameter(HelpMessage = "What the rows are sorted by at first.")]
    [PSDefaultValue(Help = "Rate")]
    public ScreenSort SortBy { get; set; }

    /// <summary>Specifies what one row sums at first; the key g changes it.</summary>
    [Parameter(HelpMessage = "What one row sums at first.")]
    [PSDefaultValue(Help = "Process")]
    public ScreenGroup GroupBy { get; set; }

    /// <summary>
    /// Specifies a text: only rows with it in a name, user, unit, container, path or host are shown at first; the key / changes
    /// it.
    /// </summary>
    [Parameter(HelpMessage = "Only rows with this text in them.")]
    [ValidateNotNullOrEmpty]
    public string? Containing { get; set; }

    /// <summary>Opens the screen, so that what comes first is shown at once.</summary>
    protected override void BeginProcessing()
    {
        if (!HasTerminal)
        {
            return;
        }

        _screen = Libraries.Screen.Get().Open(new ScreenOptions(SortBy, GroupBy, Containing, HasKeys: !Console.IsInputRedirected));
        _pipeline = new PipelineScreen(_screen);
        _pipeline.Begin();
        if (MyInvocation.ExpectingInput)
        {
            _standIn = new ScreenStandIn(_screen);
        }
    }

    /// <summary>Gives the terminal back.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _standIn?.Dispose();
            _pipeline?.End();
            _screen?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override void Collect()
    {
        if (InputObject is not { } item)
        {
            return;
        }

        if (_screen is null)
        {
            WriteObject(item);
            return;
        }

        _standIn?.Check();
        Show(item);
        if (_screen.IsClosed)
        {
            Finish(isMoreToCome: true);
        }
    }

    private protected override void Run()
    {
        if (ParameterSetName == LiveSet && !MyInvocation.ExpectingInput)
        {
            Measure();
        }

        // What came through the pipeline has ended: its last picture stays until a key.
        while (_screen is { IsClosed: false } && !Console.IsInputRedirected)
        {
            _screen.Tick();
            StopToken.WaitHandle.WaitOne(50);
            StopToken.ThrowIfCancellationRequested();
        }

        Finish(isMoreToCome: false);
    }

    // A job, a remote session or an editor's background host has no terminal of its own, whatever the process has.
    private bool HasTerminal =>
        !Console.IsOutputRedirected
        && Host.Name is "ConsoleHost" or "Visual Studio Code Host"
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal
        && terminal != "dumb";

    private void Measure()
    {
        using TrafficMonitor monitor = StartLive(
            new LiveRequest
            {
                Source = Source,
                NetworkNamespace = NetworkNamespace,
                Interfaces = Interface,
                Filter = Filter,
            }
        );
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);
        long started = Stopwatch.GetTimestamp();
        bool ended = false;
        for (long sample = 1; !ended; sample++)
        {
            ended = WaitFor(monitor.Completion, After(started, sample * SampleInterval));
            if (_screen is { IsClosed: true })
            {
                break;
            }

            WriteNotices();
            foreach (ProcessTraffic row in monitor.ReportInterval(StopToken).Processes)
            {
                Pass(new PSObject(row));
            }
        }

        WriteLosses(monitor, monitor.GetStatistics());
    }

    private void Pass(PSObject item)
    {
        if (_screen is null)
        {
            WriteObject(item);
        }
        else
        {
            Show(item);
        }
    }

    private void Show(PSObject item)
    {
        if (TrafficRows.From(item) is { } row)
        {
            _screen!.Add(row);
        }
        else
        {
            WriteError(ErrorRecords.InvalidArgument(nameof(Strings.NotARowOfTraffic), item, item.BaseObject.GetType().Name));
        }
    }

    /// <summary>Gives the terminal back, says what was said meanwhile, and passes on what the user chose.</summary>
    private void Finish(bool isMoreToCome)
    {
        if (_screen is null)
        {
            return;
        }

        _screen.Close();
        _pipeline!.End();
        foreach (string message in _pipeline.Messages)
        {
            WriteWarning(message);
        }

        object?[] chosen = [.. _screen.Chosen.Select(row => row.Source)];
        if (isMoreToCome)
        {
            StopUpstream(chosen);
        }
        else
        {
            WriteObject(chosen, enumerateCollection: true);
        }
    }

    /// <summary>Writes the last objects and ends the commands before this one, as Select-Object -First does it: by that.</summary>
    private void StopUpstream(object?[] last)
    {
        foreach (object? item in last.SkipLast(1))
        {
            WriteObject(item);
        }

        string select = last.Length > 0 ? "Select-Object -First 1" : "Select-Object -First 1 | Where-Object { $false }";
        SteppablePipeline pipeline = ScriptBlock.Create(select).GetSteppablePipeline(CommandOrigin.Internal);
        pipeline.Begin(this);
        pipeline.Process(last.LastOrDefault() ?? InputObject);
    }
}
