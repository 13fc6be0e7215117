using System.Collections.Concurrent;
using ProcNet.Flows;
using ProcNet.Sources;

namespace ProcNet.Capture.Tests.Live;

/// <summary>A capture that runs, with what it told.</summary>
internal sealed class RunningCapture : INewFlowObserver, IDisposable
{
    private static readonly ICaptureLibrary s_library = new PcapLibrary();

    private readonly ManualResetEventSlim _mayCount = new(true);

    public RunningCapture(LiveCaptureOptions options, bool observe = false)
    {
        Source = s_library.OpenLive(options);
        Source.Start(observe ? this : null, Notices.Add);
    }

    public ITrafficSource Source { get; }

    public ConcurrentBag<Notice> Notices { get; } = [];

    public ConcurrentQueue<(FlowKey Key, bool FromLow, DateTime At)> NewFlows { get; } = new();

    public void OnNewFlow(in FlowKey key, bool fromLow, long seenAt, int interfaceIndex)
    {
        NewFlows.Enqueue((key, fromLow, DateTime.UtcNow));
        if (Thread.CurrentThread.Name == "ProcNet capture")
        {
            _mayCount.Wait();
        }
    }

    /// <summary>From the next new conversation on, the counting thread waits until the result is disposed.</summary>
    public IDisposable HoldCounting()
    {
        _mayCount.Reset();
        return new Release(_mayCount);
    }

    public void Dispose()
    {
        Source.Dispose();
        _mayCount.Dispose();
    }

    /// <summary>Waits until something holds, 5 s at most.</summary>
    public static bool Eventually(Func<bool> holds) => SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(5));

    private sealed class Release(ManualResetEventSlim held) : IDisposable
    {
        public void Dispose() => held.Set();
    }
}
