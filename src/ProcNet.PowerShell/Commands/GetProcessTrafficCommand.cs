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
[Cmdlet(VerbsCommon.Get, "ProcessTraffic", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(ProcessTraffic))]
public sealed partial class GetProcessTrafficCommand : TrafficCommand
{
    private const string SamplingSet = "Sampling";
    private const string ContinuousSet = "Continuous";

    private readonly HashSet<int> _ids = [];
    private WildcardPattern[] _names = [];

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        _names = [.. (Name ?? []).Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];

    private protected override void Collect()
    {
        _ids.UnionWith(Id ?? []);
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
        }
    }

    private protected override void Run()
    {
        // Processes may be piped in: what is measured live begins when all of them are known.
        switch (ParameterSetName)
        {
            case LiveSet:
                MeasureLive(Interface, Filter, Duration);
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
    }

    private protected override void WriteReport(TrafficReport report)
    {
        // Before the rows: the pipeline may stop at the first one.
        if (StatisticsVariable is not null)
        {
            SessionState.PSVariable.Set(StatisticsVariable, report.Statistics);
        }

        foreach (ProcessTraffic row in report.Processes)
        {
            if (IsWanted(row))
            {
                WriteObject(row);
            }
        }
    }

    private void Sample(long count)
    {
        using TrafficMonitor monitor = StartLive(Interface, Filter, duration: null);
        long started = Stopwatch.GetTimestamp();
        bool ended = false;
        for (long sample = 1; sample <= count && !ended; sample++)
        {
            ended = WaitFor(monitor.Completion, After(started, sample * TimeSpan.FromSeconds(SampleInterval)));
            WriteNotices();
            WriteReport(monitor.ReportInterval());
        }

        WriteLosses(monitor, monitor.GetStatistics());
    }

    private bool IsWanted(ProcessTraffic row) =>
        (_ids.Count == 0 && _names.Length == 0)
        || (row.ProcessId is int id && _ids.Contains(id))
        || (row.ProcessName is string name && Array.Exists(_names, pattern => pattern.IsMatch(name)));
}
