using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>Sums attributed flows per process and category, and says whether nothing was lost on the way.</summary>
internal sealed class TrafficSummary
{
    private readonly FlowSnapshot _snapshot;
    private readonly IReadOnlyList<AttributedFlow> _flows;
    private readonly TrafficSourceKind _source;

    /// <summary>Prepares the summary of a snapshot.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="flows">The same, attributed.</param>
    /// <param name="source">What counted it.</param>
    public TrafficSummary(FlowSnapshot snapshot, IReadOnlyList<AttributedFlow> flows, TrafficSourceKind source)
    {
        _snapshot = snapshot;
        _flows = flows;
        _source = source;
    }

    /// <summary>One row for each process and each category, largest first.</summary>
    /// <param name="isAlive">Whether a process still runs.</param>
    public List<ProcessTraffic> SumProcesses(Func<ProcessKey, bool> isAlive)
    {
        Dictionary<ProcessKey, Account> processes = [];
        Dictionary<TrafficCategory, Account> categories = [];
        foreach (AttributedFlow flow in _flows)
        {
            Account account;
            if (flow.Match.Owner is { } owner)
            {
                if (!processes.TryGetValue(owner.Process.Key, out account!))
                {
                    processes.Add(owner.Process.Key, account = new Account { Process = owner.Process });
                }
            }
            else if (!categories.TryGetValue(flow.Match.Category, out account!))
            {
                categories.Add(flow.Match.Category, account = new Account { Category = flow.Match.Category });
            }

            account.Add(flow);
        }

        List<ProcessTraffic> rows = [];
        foreach (Account account in processes.Values)
        {
            rows.Add(account.ToRow(_source, Timestamp, Duration, !isAlive(account.Process!.Key)));
        }

        foreach (Account account in categories.Values)
        {
            rows.Add(account.ToRow(_source, Timestamp, Duration, null));
        }

        rows.Sort(static (left, right) => right.TotalBytes.CompareTo(left.TotalBytes));
        return rows;
    }

    /// <summary>One row for each conversation, two for one between two local endpoints, largest first.</summary>
    public List<TrafficFlow> ListFlows()
    {
        List<TrafficFlow> rows = new(_flows.Count);
        foreach (AttributedFlow flow in _flows)
        {
            rows.Add(FlowRecords.ToRecord(flow, _snapshot.Interfaces[flow.Key.Interface].Name, _source,
                flow.CountedOn is { } slot ? _snapshot.Interfaces[slot].Name : null));
        }

        rows.Sort(static (left, right) => right.TotalBytes.CompareTo(left.TotalBytes));
        return rows;
    }

    /// <summary>The totals.</summary>
    public TrafficStatistics Summarize()
    {
        long localPackets = 0;
        long localBytes = 0;
        long accountedPackets = 0;
        long accountedBytes = 0;
        Dictionary<TrafficCategory, long> byCategory = [];
        int conversations = 0;
        foreach (AttributedFlow flow in _flows)
        {
            conversations += flow.IsSecondView ? 0 : flow.Conversations;
            long packets = flow.SentPackets + flow.ReceivedPackets;
            accountedPackets += packets;
            accountedBytes += flow.TotalBytes;
            if (flow.IsSecondView)
            {
                localPackets += packets;
                localBytes += flow.TotalBytes;
            }

            byCategory[flow.Match.Category] = byCategory.GetValueOrDefault(flow.Match.Category) + flow.TotalBytes;
        }

        return new TrafficStatistics
        {
            Packets = _snapshot.Packets,
            Bytes = _snapshot.Bytes,
            LocalPackets = localPackets,
            LocalBytes = localBytes,
            AccountedPackets = accountedPackets,
            AccountedBytes = accountedBytes,
            DroppedPackets = _snapshot.DroppedPackets,
            InterfaceDroppedPackets = _snapshot.InterfaceDroppedPackets,
            FlowCount = conversations,
            BytesByCategory = byCategory.ToDictionary(static sum => sum.Key.ToString(), static sum => sum.Value),
            Duration = Duration,
        };
    }

    private DateTime Timestamp => FlowRecords.ToLocalTime(_snapshot.TakenAt);

    private TimeSpan Duration => TimeSpan.FromMicroseconds(_snapshot.TakenAt - _snapshot.StartedAt);

    private sealed class Account
    {
        private long _sentBytes;
        private long _receivedBytes;
        private long _sentPackets;
        private long _receivedPackets;
        private int _flowCount;
        private OwnerEvidence _evidence;
        private long? _networkNamespace;

        public ProcessIdentity? Process { get; init; }

        public TrafficCategory Category { get; init; }

        public void Add(in AttributedFlow flow)
        {
            _sentBytes += flow.SentBytes;
            _receivedBytes += flow.ReceivedBytes;
            _sentPackets += flow.SentPackets;
            _receivedPackets += flow.ReceivedPackets;
            _flowCount += flow.Conversations;
            _evidence |= flow.Match.Evidence;

            // Of a process that had gone before it could be asked, its sockets know where it was.
            _networkNamespace ??= flow.NetworkNamespace;
        }

        public ProcessTraffic ToRow(TrafficSourceKind source, DateTime timestamp, TimeSpan duration, bool? hasExited) => new()
        {
            ProcessId = Process?.Key.Id,
            ProcessName = Process?.Name,
            UserName = Process?.UserName,
            Path = Process?.ExecutablePath,
            ProcessStartTime = Process?.StartTime,
            NetworkNamespace = Process is null ? null : Process.NetworkNamespace ?? _networkNamespace,
            Container = Process?.Container,
            HasExited = hasExited,
            SentBytes = _sentBytes,
            ReceivedBytes = _receivedBytes,
            SentPackets = _sentPackets,
            ReceivedPackets = _receivedPackets,
            FlowCount = _flowCount,
            Category = Category,
            Evidence = _evidence,
            Reason = CategoryReasons.Of(Category),
            Source = source,
            Timestamp = timestamp,
            Duration = duration,
        };
    }
}
