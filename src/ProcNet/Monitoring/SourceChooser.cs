using ProcNet.Sources;

namespace ProcNet.Monitoring;

/// <summary>Starts a live measurement with the source that was asked for, or with the one that works best here.</summary>
internal static class SourceChooser
{
    /// <summary>Begins to measure.</summary>
    /// <param name="measurement">What to measure.</param>
    /// <param name="library">Loads libpcap; not called where the kernel counts.</param>
    /// <param name="host">The host.</param>
    /// <param name="notify">Takes notices, on threads of the measurement.</param>
    /// <param name="explain">Takes a sentence that says which source was taken and why, on this thread.</param>
    /// <param name="cancellation">Ends the waiting for somebody who reads a pipe.</param>
    /// <exception cref="ProcNetException">No source that may be taken works.</exception>
    public static TrafficMonitor Start(
        LiveMeasurement measurement,
        Func<ICaptureLibrary> library,
        HostAccess host,
        Action<Notice> notify,
        Action<string> explain,
        CancellationToken cancellation = default
    )
    {
        string? reason = WhyCapture(measurement);
        switch (measurement.Source)
        {
            case TrafficSourceChoice.Kernel when reason is not null:
                throw new ProcNetException(
                    ProcNetError.NeedsCapture,
                    $"The kernel feed counts at sockets, not packets: {reason} a capture.",
                    "Leave out -Source Kernel, or what needs the capture.",
                    TrafficSourceKind.Kernel
                );
            case TrafficSourceChoice.Kernel:
                return TrafficMonitor.StartKernel(measurement.Duration, host, notify);
            case TrafficSourceChoice.Capture:
                return TrafficMonitor.StartLive(measurement, library, host, notify, cancellation);
        }

        if (reason is not null)
        {
            explain($"Source: a capture, because {reason} one.");
            return TrafficMonitor.StartLive(measurement, library, host, notify, cancellation);
        }

        return StartBest(measurement, library, host, notify, explain, cancellation);
    }

    private static TrafficMonitor StartBest(
        LiveMeasurement measurement,
        Func<ICaptureLibrary> library,
        HostAccess host,
        Action<Notice> notify,
        Action<string> explain,
        CancellationToken cancellation = default
    )
    {
        ProcNetException refusal;
        try
        {
            return Explain(
                TrafficMonitor.StartLive(measurement, library, host, notify, cancellation),
                explain,
                "Source: a capture, which shows forwarded and unowned packets too. -Source Kernel counts at the sockets instead."
            );
        }
        catch (ProcNetException failure)
            when (failure.Error is ProcNetError.LibpcapNotFound or ProcNetError.CapturePermissionDenied or ProcNetError.NoInterface)
        {
            refusal = failure;
        }

        try
        {
            return Explain(
                TrafficMonitor.StartKernel(measurement.Duration, host, notify),
                explain,
                $"Source: the kernel feed, because nothing can be captured here. {refusal.Message}"
            );
        }
        catch (ProcNetException failure) when (failure.Error == ProcNetError.KernelFeedUnavailable)
        {
            explain(failure.Message);
            throw refusal;
        }
    }

    /// <summary>
    /// Explains a measurement that has begun, and ends it where that fails: nobody else would (the user has just stopped the
    /// pipeline).
    /// </summary>
    private static TrafficMonitor Explain(TrafficMonitor monitor, Action<string> explain, string sentence)
    {
        try
        {
            explain(sentence);
            return monitor;
        }
        catch
        {
            monitor.Dispose();
            throw;
        }
    }

    /// <summary>What only a capture can do of what was asked for; null for nothing.</summary>
    private static string? WhyCapture(LiveMeasurement measurement) =>
        measurement.Filter is not null ? "a filter needs"
        : measurement.Interfaces.Count > 0 ? "chosen interfaces need"
        : measurement.IsNamespaceChosen ? "a chosen network namespace needs"
        : measurement.Path is not null ? "to save packets needs"
        : measurement.ResolvesNames ? "to learn names from the traffic needs"
        : null;
}
