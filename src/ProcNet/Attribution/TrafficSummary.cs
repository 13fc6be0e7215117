using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>Sums attributed flows per process and category, and says whether nothing was lost on the way.</summary>
internal sealed class TrafficSummary
{
    private readonly FlowSnapshot _snapshot;
    private readonly IReadOnlyList<AttributedFlow> _flows;
    private readonly TrafficSourceKind _source;
    private readonly RunningTotals? _running;
    private readonly NameLookup? _names;
    private readonly CancellationToken _cancellation;
    private readonly Lazy<TrafficStatistics> _totals;

    /// <summary>Prepares the summary of a snapshot.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="flows">The same, attributed.</param>
    /// <param name="source">What counted it.</param>
    /// <param name="running">What the samples before came to, where this is a sample; else null.</param>
    /// <param name="names">Names remote ends; null where nobody asked for names.</param>
    /// <param name="cancellation">Ends the making of rows, between two of them, by an <see cref="OperationCanceledException"/>.</param>
    public TrafficSummary(
        FlowSnapshot snapshot,
        IReadOnlyList<AttributedFlow> flows,
        TrafficSourceKind source,
        RunningTotals? running = null,
        NameLookup? names = null,
        CancellationToken cancellation = default
    )
    {
        _names = names;
        _cancellation = cancellation;
        _running = running;
        _snapshot = snapshot;
        _flows = flows;
        _source = source;
        _totals = new Lazy<TrafficStatistics>(Sum);
    }

    /// <summary>One row for each process and each category, largest first.</summary>
    /// <param name="isAlive">Whether a process still runs; null where that cannot be known.</param>
    public List<ProcessTraffic> SumProcesses(Func<ProcessKey, bool?> isAlive)
    {
        Dictionary<ProcessKey, Account> processes = [];
        Dictionary<TrafficCategory, Account> categories = [];
        foreach (AttributedFlow flow in _flows)
        {
            _cancellation.ThrowIfCancellationRequested();
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
            if (_names?.Find(flow).Name is { } name)
            {
                account.AddRemote(name, flow.TotalBytes);
            }
        }

        List<ProcessTraffic> rows = [];
        foreach (Account account in processes.Values)
        {
            _cancellation.ThrowIfCancellationRequested();
            rows.Add(ToRow(account, !isAlive(account.Process!.Key)));
        }

        foreach (Account account in categories.Values)
        {
            rows.Add(ToRow(account, null));
        }

        rows.Sort(static (left, right) => right.TotalBytes.CompareTo(left.TotalBytes));
        return rows;
    }

    /// <summary>One row for each group, largest first.</summary>
    /// <param name="by">What to sum by.</param>
    /// <param name="isWanted">Which conversations to take, by their owners; null for all.</param>
    public List<GroupTraffic> SumGroups(TrafficGrouping by, Func<ProcessIdentity?, bool>? isWanted = null)
    {
        Dictionary<(string, TrafficCategory?), Account> groups = [];
        foreach (AttributedFlow flow in _flows)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (isWanted?.Invoke(flow.Match.Owner?.Process) != false)
            {
                (string Name, TrafficCategory? Category) key = FlowGroups.Of(by, flow, _snapshot.Interfaces[flow.Key.Interface].Name);
                if (by == TrafficGrouping.Remote && _names?.Find(flow).Name is { } name)
                {
                    key = (name, null);
                }

                if (!groups.TryGetValue(key, out Account? group))
                {
                    groups.Add(key, group = new Account());
                }

                group.Add(flow);
            }
        }

        List<GroupTraffic> rows = new(groups.Count);
        foreach (((string name, TrafficCategory? category), Account sums) in groups)
        {
            (long Sent, long Received)? running = Run((by, name), sums, isLast: false);
            rows.Add(
                new GroupTraffic
                {
                    GroupBy = by,
                    Group = name,
                    Category = category,
                    ProcessCount = sums.ProcessCount,
                    FlowCount = sums.FlowCount,
                    SentBytes = sums.SentBytes,
                    ReceivedBytes = sums.ReceivedBytes,
                    SentPackets = sums.SentPackets,
                    ReceivedPackets = sums.ReceivedPackets,
                    RunningSentBytes = running?.Sent,
                    RunningReceivedBytes = running?.Received,
                    Evidence = sums.Evidence,
                    Reason = category is { } why ? CategoryReasons.Of(why) : null,
                    Source = _source,
                    Timestamp = Timestamp,
                    Duration = Duration,
                    Totals = Summarize(),
                }
            );
        }

        rows.Sort(static (left, right) => right.TotalBytes.CompareTo(left.TotalBytes));
        return rows;
    }

    /// <summary>The row that says that nothing came in the interval.</summary>
    public ProcessTraffic IdleProcess =>
        new()
        {
            Category = TrafficCategory.Idle,
            Reason = CategoryReasons.Of(TrafficCategory.Idle),
            Source = _source,
            Timestamp = Timestamp,
            Duration = Duration,
            Totals = Summarize(),
        };

    /// <summary>The same among conversations.</summary>
    public TrafficFlow IdleFlow =>
        new()
        {
            Protocol = TransportProtocol.None,
            Category = TrafficCategory.Idle,
            Reason = CategoryReasons.Of(TrafficCategory.Idle),
            Source = _source,
            CreationTime = Timestamp,
            LastPacketTime = Timestamp,
            Timestamp = Timestamp,
            Totals = Summarize(),
        };

    /// <summary>The same among groups.</summary>
    public GroupTraffic IdleGroup(TrafficGrouping by) =>
        new()
        {
            GroupBy = by,
            Group = OwnerText.Of(TrafficCategory.Idle),
            Category = TrafficCategory.Idle,
            Reason = CategoryReasons.Of(TrafficCategory.Idle),
            Source = _source,
            Timestamp = Timestamp,
            Duration = Duration,
            Totals = Summarize(),
        };

    /// <summary>One row for each conversation, two for one between two local endpoints, largest first.</summary>
    public List<TrafficFlow> ListFlows()
    {
        List<TrafficFlow> rows = new(_flows.Count);
        foreach (AttributedFlow flow in _flows)
        {
            _cancellation.ThrowIfCancellationRequested();
            rows.Add(
                FlowRecords.ToRecord(
                    flow,
                    _snapshot.Interfaces[flow.Key.Interface].Name,
                    _source,
                    Duration,
                    Timestamp,
                    Summarize(),
                    _names,
                    flow.CountedOn is { } slot ? _snapshot.Interfaces[slot].Name : null
                )
            );
        }

        rows.Sort(static (left, right) => right.TotalBytes.CompareTo(left.TotalBytes));
        return rows;
    }

    /// <summary>The totals.</summary>
    public TrafficStatistics Summarize() => _totals.Value;

    private TrafficStatistics Sum()
    {
        long localPackets = 0;
        long localBytes = 0;
        long accountedPackets = 0;
        long accountedBytes = 0;
        Dictionary<TrafficCategory, long> byCategory = [];
        int conversations = 0;
        foreach (AttributedFlow flow in _flows)
        {
            _cancellation.ThrowIfCancellationRequested();
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
            BytesByCategory = new CategoryBytes(byCategory),
            Duration = Duration,
        };
    }

    private DateTime Timestamp => _snapshot.IsOffline ? Clock.ToLocalTime(_snapshot.TakenAt) : Clock.ToLocalWall(_snapshot.TakenAt);

    private TimeSpan Duration => TimeSpan.FromMicroseconds(_snapshot.TakenAt - _snapshot.StartedAt);

    private (long Sent, long Received)? Run(object key, Account account, bool isLast) =>
        _running is null ? (account.SentBytes, account.ReceivedBytes) : _running.Add(key, account.SentBytes, account.ReceivedBytes, isLast);

    private ProcessTraffic ToRow(Account account, bool? hasExited)
    {
        ProcessIdentity? process = account.Process;
        (long Sent, long Received)? running = Run(process is null ? account.Category : process.Key, account, isLast: hasExited == true);
        return new ProcessTraffic
        {
            ProcessId = process?.Key.Id,
            ProcessName = process?.Name,
            UserName = process?.UserName,
            Path = process?.ExecutablePath,
            ProcessStartTime = process?.StartTime,
            NetworkNamespace = process is null ? null : process.NetworkNamespace ?? account.NetworkNamespace,
            Container = process?.Container,
            CommandLine = process?.CommandLine,
            ParentId = process?.KnownParentId,
            Unit = process?.Unit,
            Slice = process?.Slice,
            HasExited = hasExited,
            SentBytes = account.SentBytes,
            ReceivedBytes = account.ReceivedBytes,
            SentPackets = account.SentPackets,
            ReceivedPackets = account.ReceivedPackets,
            RunningSentBytes = running?.Sent,
            RunningReceivedBytes = running?.Received,
            FlowCount = account.FlowCount,
            RemoteHostName = account.RemoteNames,
            Category = account.Category,
            Evidence = account.Evidence,
            Reason = CategoryReasons.Of(account.Category),
            Source = _source,
            Timestamp = Timestamp,
            Duration = Duration,
            Totals = Summarize(),
        };
    }

    private sealed class Account
    {
        private const int MaxRemotes = 1000;
        private const int ShownRemotes = 8;

        private readonly HashSet<ProcessKey> _processes = [];
        private Dictionary<string, long>? _remotes;

        public ProcessIdentity? Process { get; init; }

        public TrafficCategory Category { get; init; }

        public long SentBytes { get; private set; }

        public long ReceivedBytes { get; private set; }

        public long SentPackets { get; private set; }

        public long ReceivedPackets { get; private set; }

        public int FlowCount { get; private set; }

        public int ProcessCount => _processes.Count;

        public OwnerEvidence Evidence { get; private set; }

        public long? NetworkNamespace { get; private set; }

        /// <summary>The names that most bytes were exchanged with.</summary>
        public string? RemoteNames =>
            _remotes is null
                ? null
                : string.Join(
                    ' ',
                    _remotes
                        .OrderByDescending(static remote => remote.Value)
                        .ThenBy(static remote => remote.Key, StringComparer.Ordinal)
                        .Take(ShownRemotes)
                        .Select(static remote => remote.Key)
                );

        public void AddRemote(string name, long bytes)
        {
            _remotes ??= new Dictionary<string, long>(StringComparer.Ordinal);
            if (_remotes.TryGetValue(name, out long before) || _remotes.Count < MaxRemotes)
            {
                _remotes[name] = before + bytes;
            }
        }

        public void Add(in AttributedFlow flow)
        {
            SentBytes += flow.SentBytes;
            ReceivedBytes += flow.ReceivedBytes;
            SentPackets += flow.SentPackets;
            ReceivedPackets += flow.ReceivedPackets;
            FlowCount += flow.Conversations;
            Evidence |= flow.Match.Evidence;

            // Of a process that had gone before it could be asked, its sockets know where it was.
            NetworkNamespace ??= flow.NetworkNamespace;
            if (Process is null && flow.Match.Owner is { } owner)
            {
                _processes.Add(owner.Process.Key);
            }
        }
    }
}
