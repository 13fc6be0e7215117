using ProcNet.Flows;
using ProcNet.Sources;

namespace ProcNet.PowerShell.Tests.Fakes;

/// <summary>A capture that has counted what a test says.</summary>
internal sealed class FakeTrafficSource(FakeMachine machine, LiveCaptureOptions options) : ITrafficSource
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _startedAt = Clock.Now;
    private Action<Notice>? _notify;

    public LiveCaptureOptions Options => options;

    public bool IsDisposed { get; private set; }

    public TrafficSourceKind Kind => TrafficSourceKind.Capture;

    public IReadOnlyList<TrafficInterface> Interfaces { get; } =
    [
        .. options.Interfaces.Select(
            (link, slot) =>
                new TrafficInterface
                {
                    Slot = (ushort)slot,
                    Name = link.Name,
                    Index = link.Index,
                    LinkLayer = LinkLayer.Ethernet,
                    NetworkNamespace = FakeMachine.Namespace,
                }
        ),
    ];

    public Task Completion => _completion.Task;

    public ProcNetException? Failure { get; private set; }

    public void Start(INewFlowObserver? observer, Action<Notice> notify)
    {
        _notify = notify;
        foreach (FlowCounters flow in machine.Flows)
        {
            observer?.OnNewFlow(flow.Key, fromLow: true, flow.FirstSeen, Interfaces[flow.Key.Interface].Index);
        }

        foreach (Notice notice in machine.Notices)
        {
            notify(notice);
        }
    }

    public TrafficTotals Totals => new(machine.Flows.Sum(flow => flow.TotalPackets), machine.Flows.Sum(flow => flow.TotalBytes));

    public FlowSnapshot Snapshot()
    {
        FlowCounters[] flows = [.. machine.Flows];
        return new FlowSnapshot
        {
            Flows = flows,
            Interfaces = Interfaces,
            Packets = flows.Sum(flow => flow.TotalPackets),
            Bytes = flows.Sum(flow => flow.TotalBytes),
            DroppedPackets = machine.DroppedPackets,
            StartedAt = _startedAt,
            TakenAt = Clock.Now,
        };
    }

    public void Stop() => _completion.TrySetResult();

    public void Dispose()
    {
        Stop();
        IsDisposed = true;
    }

    /// <summary>Says something, as a capture thread would.</summary>
    public void Say(Notice notice) => _notify!(notice);

    /// <summary>Breaks in mid-capture.</summary>
    public void Break(ProcNetException failure)
    {
        Failure = failure;
        _completion.TrySetResult();
    }
}
