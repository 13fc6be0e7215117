using System.Diagnostics;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>What the cmdlets that measure live share.</summary>
public abstract class MeasuringCommand : ProcNetCommand
{
    private IDisposable? _measuring;

    private protected MeasuringCommand() { }

    /// <summary>Begins to measure live.</summary>
    private protected TrafficMonitor StartLive(LiveRequest request)
    {
        HostAccess host = Services.HostIn(request.NetworkNamespace);
        TrafficMonitor monitor = SourceChooser.Start(
            new LiveMeasurement
            {
                Source = request.Source,
                IsNamespaceChosen = request.NetworkNamespace is not null,
                Interfaces = request.Interfaces is null ? [] : InterfaceSelection.Select(request.Interfaces, host.ReadLinks()),
                Filter = request.Filter,
                Duration = request.Duration,
                ResolvesNames = request.ResolvesNames,
            },
            Services.CaptureLibrary,
            host,
            Notify,
            WriteVerbose
        );
        _measuring = SessionEnd.BeginMeasuring(monitor.Stop);
        return monitor;
    }

    /// <summary>The rows are out, or nobody wants them.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _measuring?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Says what was lost, and why the measurement ended early where it did.</summary>
    private protected void WriteLosses(TrafficMonitor monitor, TrafficStatistics statistics)
    {
        if (statistics.DroppedPackets + statistics.InterfaceDroppedPackets > 0 && !HasWarned(NoticeKind.PacketsDropped))
        {
            Warn(
                $"{statistics.DroppedPackets} packets were dropped by the kernel and {statistics.InterfaceDroppedPackets} by the interfaces "
                    + $"before they could be counted, beside {statistics.Packets} that were. No row has their bytes."
            );
        }

        if (monitor.Failure is ProcNetException failure)
        {
            WriteFailure(failure);
        }
    }

    /// <summary>A moment in <see cref="Stopwatch"/> ticks.</summary>
    private protected static long After(long start, TimeSpan time) => start + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
