using System.Diagnostics;
using System.Management.Automation;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Commands;

/// <summary>What the cmdlets that show measured traffic share: where the traffic comes from, and of which processes it is shown.</summary>
public abstract partial class TrafficCommand : MeasuringCommand
{
    private protected const string LiveSet = "Live";
    private protected const string SamplingSet = "Sampling";
    private protected const string CaptureSet = "Capture";
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    private const string Activity = "Measuring network traffic";

    private readonly HashSet<int> _ids = [];
    private readonly HashSet<string> _seenNames = [];
    private ProcessNamePatterns? _names;
    private bool _isIdBound;
    private int _ownerless;
    private object[] _earlierTotals = [];
    private TrafficStatistics[] _totals = [];

    private protected TrafficCommand() { }

    /// <summary>
    /// Names a variable, without the dollar sign, that gets the totals of the measurement (ProcNet.TrafficStatistics): Packets, Bytes,
    /// LocalPackets, LocalBytes, AccountedPackets, AccountedBytes, IsBalanced, DroppedPackets, InterfaceDroppedPackets, FlowCount,
    /// BytesByCategory and Duration. They count everything, whatever -Id and -Name show. With samples, the variable has the totals of the
    /// newest one; of several captures or files it has a list, in their order. With a plus sign before the name (+totals) they are added to
    /// what the variable has, as -ErrorVariable does.
    /// </summary>
    [Parameter(HelpMessage = "The name of a variable that gets the totals of the measurement.")]
    [ValidateNotNullOrEmpty]
    public string? StatisticsVariable { get; set; }

    /// <summary>
    /// Says that the file was captured on this machine: owners that it does not name are looked for among the sockets and addresses of now.
    /// Without it nothing is taken from the present machine.
    /// </summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter ThisHost { get; set; }

    /// <summary>
    /// Specifies the addresses of the host that captured the file: sent and received are as it saw them. By default the file says it, or
    /// the saved connections do; of a packet that nobody says it of, the one that sent first is taken for the host.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = "The addresses of the host that captured the file.")]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public System.Net.IPAddress[]? LocalAddress { get; set; }

    /// <summary>
    /// Specifies the sockets that processes held when the file was captured, as Get-ProcSocket gives them (-Path reads saved listings) or
    /// Import-Clixml brings them back. With Connection they name the owners that the file does not.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = "Saved sockets, as Get-ProcSocket -Path gives them.")]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNull]
    [AllowEmptyCollection]
    public PSObject[]? Socket { get; set; }

    /// <summary>
    /// Specifies the rows of the socket tables when the file was captured, as Get-NetConnectionInode gives them (-Path reads saved tables)
    /// or Import-Clixml brings them back.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = "Saved connections, as Get-NetConnectionInode -Path gives them.")]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNull]
    [AllowEmptyCollection]
    public PSObject[]? Connection { get; set; }

    /// <summary>Writes the rows of a report.</summary>
    /// <returns>Whether there were any.</returns>
    private protected abstract bool WriteRows(TrafficReport report);

    /// <summary>The row that says that nothing came.</summary>
    private protected abstract object IdleRow(TrafficReport report);

    /// <summary>Whether samples are taken.</summary>
    private protected bool IsSampling => ParameterSetName == SamplingSet;

    /// <summary>Whether the user asked for some processes, and not for all.</summary>
    private protected bool HasProcessFilter => _isIdBound || _names is not null;

    /// <summary>Empties the variable for the totals: one that cannot be written is told of before anything is measured.</summary>
    protected override void BeginProcessing()
    {
        if (StatisticsVariable is not null)
        {
            bool isAppended = StatisticsVariable.StartsWith('+');
            StatisticsVariable = isAppended ? StatisticsVariable[1..] : StatisticsVariable;
            object? before = isAppended ? SessionState.PSVariable.GetValue(StatisticsVariable) : null;
            _earlierTotals = before is null ? [] : [.. LanguagePrimitives.GetEnumerable(before)?.Cast<object>() ?? [before]];
            SessionState.PSVariable.Set(StatisticsVariable, before);
        }

        if (Continuous && MyInvocation.BoundParameters.ContainsKey(nameof(MaxSamples)))
        {
            ThrowTerminatingError(ErrorRecords.InvalidArgument(nameof(Strings.ContinuousOrMaxSamples), MaxSamples));
        }

        // What is piped in is not bound yet. A list that is given and empty asks for nothing, not for everything.
        _isIdBound = MyInvocation.BoundParameters.ContainsKey(nameof(Id));
        _names = Name is null ? null : new ProcessNamePatterns(Name);
        Take(Id);
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
                Take(MyInvocation.ExpectingInput ? Id : null);
                break;
        }
    }

    private protected override void Run()
    {
        if (ParameterSetName is not (LiveSet or SamplingSet))
        {
            return;
        }

        _isIdBound |= MyInvocation.ExpectingInput;

        // Processes may be piped in: what is measured live begins when all of them are known, and only where somebody will see a row.
        if (_isIdBound && _ids.Count == 0 && _ownerless > 0)
        {
            WriteError(ErrorRecords.InvalidArgument(nameof(Strings.NoProcessInInput), _ownerless, _ownerless));
        }

        if (HasProcessFilter && !TellOfMissing())
        {
            return;
        }

        if (ParameterSetName == LiveSet)
        {
            MeasureLive(Duration);
        }
        else
        {
            Sample(Continuous ? long.MaxValue : MaxSamples);
        }

        if (!Continuous)
        {
            // A process without traffic has no row; one that does not exist is an error.
            ProcessLookup.ReportMissing(this, _names, [], _seenNames);
        }
    }

    /// <summary>Whether a row of this process, or of none, is to be shown.</summary>
    private protected bool IsWanted(int? processId, string? processName)
    {
        bool isWanted =
            !HasProcessFilter
            || (processId is int id && _ids.Contains(id))
            || (processName is not null && _names?.Matches(processName) == true);
        if (isWanted && _names is not null)
        {
            _seenNames.Add(processName ?? "");
        }

        return isWanted;
    }

    /// <summary>Sets the totals and writes the rows.</summary>
    /// <param name="report">A measurement, a sample, a capture or a file.</param>
    /// <param name="isNext">Whether it comes after others of the same call, whose totals stay; not so for samples.</param>
    private protected void WriteReport(TrafficReport report, bool isNext = true)
    {
        // Before the rows: the pipeline may stop at the first one.
        if (StatisticsVariable is not null)
        {
            _totals = isNext ? [.. _totals, report.Statistics] : [report.Statistics];
            object[] all = [.. _earlierTotals, .. _totals];
            SessionState.PSVariable.Set(StatisticsVariable, all is [object only] ? only : all);
        }

        // A sample without rows is an object too: that nothing came is an answer, and a gap in a series is none.
        if (!WriteRows(report) && IsSampling)
        {
            WriteObject(AsSample(IdleRow(report)));
        }
    }

    /// <summary>The measurement that the rows to come are of; null where it is none of now.</summary>
    private protected SampleOrigin? Origin { get; private set; }

    /// <summary>A row of a sample: it has a view that heads each sample with its time.</summary>
    internal static PSObject AsSample(object row)
    {
        var sample = new PSObject(row);
        sample.TypeNames.Insert(0, $"{row.GetType().FullName}#Sample");
        return sample;
    }

    private void Take(int[]? ids)
    {
        foreach (int id in ids ?? [])
        {
            if (id == ProcessIdTransformationAttribute.NoProcess && MyInvocation.ExpectingInput)
            {
                _ownerless++;
            }
            else
            {
                _ids.Add(id);
            }
        }
    }

    /// <summary>Tells of processes that are not there, before the time is spent.</summary>
    /// <returns>Whether there is anything to measure for.</returns>
    private bool TellOfMissing()
    {
        HashSet<int> present = [];
        List<string> names = [];
        foreach ((int id, string name) in ProcessNames.Read())
        {
            present.Add(id);
            names.Add(name);
        }

        ProcessLookup.ReportMissing(this, names: null, [.. _ids.Where(id => !present.Contains(id))], seenNames: []);
        foreach (string name in _names?.Missing(names) ?? [])
        {
            WriteWarning(Messages.Format(nameof(Strings.NotThereYet), name));
        }

        return _names is not null || _ids.Overlaps(present);
    }

    private LiveRequest Request =>
        new()
        {
            Source = Source,
            NetworkNamespace = NetworkNamespace,
            Interfaces = Interface,
            Filter = Filter,
            ResolvesNames = ResolveFromTraffic,
        };

    private void Sample(long count)
    {
        using TrafficMonitor monitor = StartLive(Request);
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);
        using StopKey? key = Stoppable ? StopKey.Watch() : null;
        long started = Stopwatch.GetTimestamp();
        long before = started;
        var measurement = new MeasurementOrigin();
        monitor.ReadLinks();
        bool ended = false;
        for (long sample = 1; sample <= count && !ended; sample++)
        {
            long current = sample;
            int shown = int.MaxValue;
            ended =
                WaitFor(
                    monitor.Completion,
                    After(started, sample * SampleInterval),
                    remaining =>
                    {
                        int seconds = (int)Math.Ceiling(remaining.TotalSeconds);
                        if (count < long.MaxValue && seconds < shown)
                        {
                            shown = seconds;
                            ShowSampleProgress(monitor, current, count, seconds);
                        }
                    },
                    key
                )
                || key?.IsPressed == true;
            WriteNotices();

            // Only where somebody keeps the rows, which is known once the first ones are out.
            LinkTraffic? links = sample == 1 || measurement.SampleEnded is not null ? monitor.ReadLinks() : null;
            long now = Stopwatch.GetTimestamp();
            TrafficReport report = monitor.ReportInterval(StopToken);
            Origin = OriginOf(report, measurement, sample - 1, Stopwatch.GetElapsedTime(before, now), links);
            before = now;
            WriteReport(report, isNext: false);
            measurement.End(Origin);
        }

        if (count < long.MaxValue)
        {
            CompleteProgress();
        }

        WriteLosses(monitor, monitor.GetStatistics());
    }

    /// <summary>Measures for a time, with progress, and writes the rows.</summary>
    private void MeasureLive(TimeSpan duration)
    {
        using TrafficMonitor monitor = StartLive(Request with { Duration = duration });
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);
        using StopKey? key = Stoppable ? StopKey.Watch() : null;

        // The monitor itself ends at its duration; the bound here only keeps a stuck one from holding the prompt.
        TimeSpan grace = TimeSpan.FromSeconds(5);
        long bound = After(Stopwatch.GetTimestamp(), duration + grace);
        monitor.ReadLinks();
        int shown = int.MaxValue;
        WaitFor(
            monitor.Completion,
            bound,
            untilBound =>
            {
                int remaining = Math.Max(0, (int)Math.Ceiling((untilBound - grace).TotalSeconds));
                if (remaining < shown)
                {
                    shown = remaining;
                    ShowProgress(monitor, duration, remaining);
                }
            },
            key
        );
        monitor.Stop();
        LinkTraffic? links = monitor.ReadLinks();
        CompleteProgress();
        TrafficReport report = monitor.Report(StopToken);
        var measurement = new MeasurementOrigin();
        Origin = OriginOf(report, measurement, 0, report.Statistics.Duration, links);
        WriteFinal(monitor, report);
        measurement.End(Origin);
    }

    /// <summary>Writes the rows of captures that run or have run.</summary>
    private void WriteCaptures(TrafficCapture[] captures)
    {
        foreach (TrafficCapture capture in captures)
        {
            TrafficReport report = capture.Monitor.Report(StopToken);
            WriteNotices(capture.Notices);
            WriteFinal(capture.Monitor, report);
        }
    }

    /// <summary>Reads savefiles and writes their rows; a file that cannot be read is one error, and the next one is read.</summary>
    /// <param name="paths">The files; null for one that could not be resolved, which is an error already.</param>
    /// <param name="filter">A filter expression; null for everything.</param>
    private void WriteSavefiles(IEnumerable<string?> paths, string? filter)
    {
        foreach (string? path in paths)
        {
            if (path is not null)
            {
                WriteSavefile(path, filter);
            }
        }
    }

    private void WriteFinal(TrafficMonitor monitor, TrafficReport report)
    {
        WriteNotices();
        WriteReport(report);
        WriteLosses(monitor, report.Statistics);
    }

    private static SampleOrigin OriginOf(
        TrafficReport report,
        MeasurementOrigin measurement,
        long number,
        TimeSpan elapsed,
        LinkTraffic? links
    ) =>
        new(() => report.Flows)
        {
            Measurement = measurement,
            Number = number,
            Elapsed = elapsed,
            End = report.IdleProcess.Timestamp,
            Source = report.IdleProcess.Source,
            Statistics = report.Statistics,
            Links = links,
        };

    private SavefileMeasurement Measure(string path, string? filter) =>
        new()
        {
            Path = path,
            Filter = filter,
            IsThisHost = ThisHost,
            ResolvesNames = ResolveFromTraffic,
            LocalAddresses = [.. (LocalAddress ?? []).Select(AddressValue.From)],
            Sockets = [.. (Socket ?? []).Select(SavedRecords.ToProcSocket).OfType<ProcSocket>()],
            Connections = [.. (Connection ?? []).Select(SavedRecords.ToNetConnection).OfType<NetConnection>()],
        };

    private void WriteSavefile(string path, string? filter)
    {
        try
        {
            using TrafficMonitor monitor = TrafficMonitor.ReadSavefile(
                Measure(path, filter),
                Services.CaptureLibrary,
                Services.Host,
                Notify,
                StopToken
            );
            WriteFinal(monitor, monitor.Report(StopToken));
        }
        catch (ProcNetException failure) when (failure.Error != ProcNetError.InvalidFilter)
        {
            WriteFailure(failure);
        }
    }

    private void Progress(ProgressRecord progress)
    {
        // It would be drawn into the picture.
        if (PipelineScreen.Current is null)
        {
            WriteProgress(progress);
        }
    }

    private void CompleteProgress() => Progress(new ProgressRecord(1, Activity, Activity) { RecordType = ProgressRecordType.Completed });

    private void ShowSampleProgress(TrafficMonitor monitor, long sample, long count, int seconds)
    {
        TrafficTotals counted = monitor.Counted;
        Progress(
            new ProgressRecord(
                1,
                Activity,
                $"sample {sample} of {count}: {counted.Packets} packets, {DisplayText.Bytes(counted.Bytes)} so far"
            )
            {
                SecondsRemaining = (int)Math.Min(int.MaxValue, seconds + ((count - sample) * SampleInterval.TotalSeconds)),
                PercentComplete = (int)Math.Clamp(100 * (sample - 1) / count, 0, 100),
            }
        );
    }

    private void ShowProgress(TrafficMonitor monitor, TimeSpan duration, int remaining)
    {
        TrafficTotals counted = monitor.Counted;
        Progress(
            new ProgressRecord(
                1,
                Activity,
                $"{counted.Packets} packets, {DisplayText.Bytes(counted.Bytes)} on {string.Join(' ', monitor.InterfaceNames)}"
            )
            {
                SecondsRemaining = remaining,
                PercentComplete = (int)Math.Clamp(100 - (100 * remaining / Math.Max(1, duration.TotalSeconds)), 0, 100),
            }
        );
    }
}
