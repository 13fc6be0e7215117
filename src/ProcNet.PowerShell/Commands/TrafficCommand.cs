using System.Diagnostics;
using System.Management.Automation;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>What the cmdlets that show measured traffic share: where the traffic comes from.</summary>
public abstract class TrafficCommand : ProcNetCommand
{
    private protected const string LiveSet = "Live";
    private protected const string CaptureSet = "Capture";
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    private const string Activity = "Measuring network traffic";

    private TrafficStatistics[] _totals = [];

    private protected TrafficCommand()
    {
    }

    /// <summary>
    /// Names a variable, without the dollar sign, that gets the totals of the measurement (ProcNet.TrafficStatistics): Packets, Bytes,
    /// LocalPackets, LocalBytes, AccountedPackets, AccountedBytes, IsBalanced, DroppedPackets, InterfaceDroppedPackets, FlowCount,
    /// BytesByCategory and Duration. They count everything, whatever -Id and -Name show. With samples, the variable has the totals of the
    /// newest one; of several captures or files it has a list, in their order.
    /// </summary>
    [Parameter(HelpMessage = "The name of a variable that gets the totals of the measurement.")]
    [ValidateNotNullOrEmpty]
    public string? StatisticsVariable { get; set; }

    /// <summary>Writes the rows of a report.</summary>
    private protected abstract void WriteRows(TrafficReport report);

    /// <summary>Empties the variable for the totals: one that cannot be written is told of before anything is measured.</summary>
    protected override void BeginProcessing()
    {
        if (StatisticsVariable is not null)
        {
            SessionState.PSVariable.Set(StatisticsVariable, null);
        }
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
            SessionState.PSVariable.Set(StatisticsVariable, _totals is [TrafficStatistics only] ? only : _totals);
        }

        WriteRows(report);
    }

    /// <summary>Begins to measure live.</summary>
    private protected TrafficMonitor StartLive(
        TrafficSourceChoice source, string? networkNamespace, string[]? interfaces, string? filter, TimeSpan? duration)
    {
        HostAccess host = Services.HostIn(networkNamespace);
        return SourceChooser.Start(
            new LiveMeasurement
            {
                Source = source,
                IsNamespaceChosen = networkNamespace is not null,
                Interfaces = interfaces is null ? [] : InterfaceSelection.Select(interfaces, host.ReadLinks()),
                Filter = filter,
                Duration = duration,
            },
            Services.CaptureLibrary,
            host,
            Notify,
            WriteVerbose);
    }

    /// <summary>Measures for a time, with progress, and writes the rows.</summary>
    private protected void MeasureLive(
        TrafficSourceChoice source, string? networkNamespace, string[]? interfaces, string? filter, TimeSpan duration)
    {
        using TrafficMonitor monitor = StartLive(source, networkNamespace, interfaces, filter, duration);
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);

        // The monitor itself ends at its duration; the bound here only keeps a stuck one from holding the prompt.
        TimeSpan grace = TimeSpan.FromSeconds(5);
        long bound = After(Stopwatch.GetTimestamp(), duration + grace);
        int shown = int.MaxValue;
        WaitFor(monitor.Completion, bound, untilBound =>
        {
            int remaining = Math.Max(0, (int)Math.Ceiling((untilBound - grace).TotalSeconds));
            if (remaining < shown)
            {
                shown = remaining;
                ShowProgress(monitor, duration, remaining);
            }
        });
        monitor.Stop();
        WriteProgress(new ProgressRecord(1, Activity, Activity) { RecordType = ProgressRecordType.Completed });
        WriteFinal(monitor, monitor.Report(StopToken));
    }

    /// <summary>Writes the rows of captures that run or have run.</summary>
    private protected void WriteCaptures(TrafficCapture[] captures)
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
    private protected void WriteSavefiles(IEnumerable<string?> paths, string? filter)
    {
        foreach (string? path in paths)
        {
            if (path is not null)
            {
                WriteSavefile(path, filter);
            }
        }
    }

    /// <summary>Says what was lost, and why the measurement ended early where it did.</summary>
    private protected void WriteLosses(TrafficMonitor monitor, TrafficStatistics statistics)
    {
        if (statistics.DroppedPackets + statistics.InterfaceDroppedPackets > 0 && !HasWarned(NoticeKind.PacketsDropped))
        {
            WriteWarning(
                $"{statistics.DroppedPackets} packets were dropped by the kernel and {statistics.InterfaceDroppedPackets} by the interfaces "
                + $"before they could be counted, beside {statistics.Packets} that were. No row has their bytes.");
        }

        if (monitor.Failure is ProcNetException failure)
        {
            WriteFailure(failure);
        }
    }

    /// <summary>A moment in <see cref="Stopwatch"/> ticks.</summary>
    private protected static long After(long start, TimeSpan time) => start + (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void WriteFinal(TrafficMonitor monitor, TrafficReport report)
    {
        WriteNotices();
        WriteReport(report);
        WriteLosses(monitor, report.Statistics);
    }

    private void WriteSavefile(string path, string? filter)
    {
        try
        {
            using TrafficMonitor monitor = TrafficMonitor.ReadSavefile(path, filter, Services.CaptureLibrary, Services.Host, Notify, StopToken);
            WriteFinal(monitor, monitor.Report(StopToken));
        }
        catch (ProcNetException failure) when (failure.Error != ProcNetError.InvalidFilter)
        {
            WriteFailure(failure);
        }
    }

    private void ShowProgress(TrafficMonitor monitor, TimeSpan duration, int remaining)
    {
        TrafficTotals counted = monitor.Counted;
        WriteProgress(new ProgressRecord(1, Activity, $"{counted.Packets} packets, {DisplayText.Bytes(counted.Bytes)} on {string.Join(' ', monitor.InterfaceNames)}")
        {
            SecondsRemaining = remaining,
            PercentComplete = (int)Math.Clamp(100 - (100 * remaining / Math.Max(1, duration.TotalSeconds)), 0, 100),
        });
    }
}
