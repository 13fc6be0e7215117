using System.Diagnostics;
using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets what each process sent and received, largest first: measured now for a while or in samples,
/// of a capture that runs or has run, or of a saved pcap or pcapng file. Bytes that no process can be named for
/// are in rows that say why.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ProcessTraffic", DefaultParameterSetName = LiveSet, HelpUri = HelpPages.Base + "Get-ProcessTraffic.md")]
[OutputType(typeof(ProcessTraffic))]
public sealed partial class GetProcessTrafficCommand : TrafficCommand
{
    private const string SamplingSet = "Sampling";
    private const string ContinuousSet = "Continuous";

    // Has a view of its own that heads each sample with its time.
    private const string SampleTypeName = "ProcNet.ProcessTraffic#Sample";

    private readonly HashSet<int> _ids = [];
    private readonly HashSet<int> _shownIds = [];
    private readonly HashSet<string> _shownNames = [];
    private ProcessNamePatterns? _names;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _names = Name is null ? null : new ProcessNamePatterns(Name);
        _ids.UnionWith(Id ?? []);
    }

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
                // Not above: the number of a piped capture binds to Id too, by its name.
                _ids.UnionWith(Id ?? []);
                break;
        }
    }

    private protected override void Run()
    {
        if (MyInvocation.ExpectingInput && _ids.Count == 0)
        {
            // An empty pipeline asks for nothing, not for everything.
            return;
        }

        // Processes may be piped in: what is measured live begins when all of them are known.
        switch (ParameterSetName)
        {
            case LiveSet:
                MeasureLive(Source, NetworkNamespace, Interface, Filter, Duration);
                break;
            case SamplingSet:
                Sample(MaxSamples);
                break;
            case ContinuousSet when Continuous:
                Sample(long.MaxValue);
                break;
            case ContinuousSet:
                Sample(1);
                break;
        }

        if (ParameterSetName is LiveSet or SamplingSet)
        {
            // A process without traffic has no row; one that does not exist is an error. In a file or capture it may have ended.
            ProcessLookup.ReportMissing(this, _names, [.. _ids.Except(_shownIds)], _shownNames);
        }
    }

    private protected override void WriteRows(TrafficReport report)
    {
        foreach (ProcessTraffic row in report.Processes)
        {
            if (IsWanted(row))
            {
                _shownIds.Add(row.ProcessId ?? 0);
                _shownNames.Add(row.ProcessName ?? "");
                WriteObject(IsSampling ? AsSample(row) : row);
            }
        }
    }

    private bool IsSampling => ParameterSetName is SamplingSet or ContinuousSet;

    private static PSObject AsSample(ProcessTraffic row)
    {
        var sample = new PSObject(row);
        sample.TypeNames.Insert(0, SampleTypeName);
        return sample;
    }

    private void Sample(long count)
    {
        using TrafficMonitor monitor = StartLive(Source, NetworkNamespace, Interface, Filter, duration: null);
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);
        long started = Stopwatch.GetTimestamp();
        bool ended = false;
        for (long sample = 1; sample <= count && !ended; sample++)
        {
            ended = WaitFor(monitor.Completion, After(started, sample * SampleInterval));
            WriteNotices();
            WriteReport(monitor.ReportInterval(StopToken), isNext: false);
        }

        WriteLosses(monitor, monitor.GetStatistics());
    }

    private bool IsWanted(ProcessTraffic row) =>
        (_ids.Count == 0 && _names is null)
        || (row.ProcessId is int id && _ids.Contains(id))
        || (row.ProcessName is string name && _names?.Matches(name) == true);
}
