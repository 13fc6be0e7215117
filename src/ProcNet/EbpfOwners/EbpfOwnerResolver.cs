using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Processes.Iterator;
using ProcNet.Sources.Ebpf;

namespace ProcNet.EbpfOwners;

/// <summary>
/// Gives the kernel feed's sockets their owners: the feed names processes by number at the moment of use, and this asks <c>/proc</c> who
/// they are while they are there. Sockets older than the feed, that nobody uses meanwhile, are found by their holders' descriptors.
/// </summary>
internal sealed class EbpfOwnerResolver : IOwnerSearch, IFeedObserver
{
    // An accept(2) may come a little after the last packet.
    private const long ScanSlackMicroseconds = 1_000_000;

    /// <summary>
    /// More remembered processes than this are too many: those that have ended and own nothing that is counted still are
    /// forgotten.
    /// </summary>
    public const int ManyProcesses = 16_384;

    private readonly SocketCountersRegister _register = new();
    private readonly ProcessReader _processes = new();
    private readonly UserNames _users = new();
    private readonly Lock _gate = new();
    private readonly long _ownNamespace = NetworkNamespace.ReadOwnInode();
    private readonly Func<SocketHolderScan> _openScan;
    private SocketHolderScan? _scan;
    private Task _firstScan = Task.CompletedTask;
    private long _scannedAt = long.MinValue / 2;
    private volatile bool _isStopped;
    private int _manyProcesses = ManyProcesses;

    /// <summary>Prepares.</summary>
    /// <param name="openScan">Opens what lists all sockets and their holders.</param>
    public EbpfOwnerResolver(Func<SocketHolderScan>? openScan = null) => _openScan = openScan ?? SocketHolderScan.Open;

    /// <inheritdoc/>
    public INewFlowObserver? Observer => null;

    /// <inheritdoc/>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public int UnreadableProcesses { get; private set; }

    /// <inheritdoc/>
    public int KnownSockets
    {
        get
        {
            lock (_gate)
            {
                return _register.Count;
            }
        }
    }

    /// <summary>How many processes are remembered.</summary>
    public int KnownProcesses
    {
        get
        {
            lock (_gate)
            {
                return _register.ProcessCount;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsFilling
    {
        get
        {
            lock (_gate)
            {
                return _register.Count >= OwnerSearch.ManySockets || _register.ProcessCount >= _manyProcesses;
            }
        }
    }

    /// <inheritdoc/>
    public void Start() => _scan = _openScan();

    /// <inheritdoc/>
    public void OnSourceStarted() => _firstScan = Task.Run(Scan);

    /// <inheritdoc/>
    public List<AttributedFlow> ResolveOwners(FlowSnapshot snapshot, CancellationToken cancellation = default)
    {
        _firstScan.Wait(cancellation);
        List<AttributedFlow> rows = Attribute(snapshot, long.MinValue, cancellation);
        if (!_isStopped && rows.Exists(LacksHolder))
        {
            // A connection that was accepted and not used, by what the feed sees: its holder is there now.
            Scan();
            rows = Attribute(snapshot, long.MinValue, cancellation);
        }

        return rows;
    }

    /// <inheritdoc/>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot) => Attribute(snapshot, long.MinValue);

    /// <summary>Attributes what had a packet since a time, in microseconds since 1970 UTC, and nothing else.</summary>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot, long since, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                Identify(snapshot, since);
            }

            return SocketCountersAttributor.Attribute(snapshot, _register, _ownNamespace, since, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Forget(FlowSnapshot kept, long notSeenSince)
    {
        lock (_gate)
        {
            HashSet<int> living = ListLiving();
            _register.Forget(kept, notSeenSince, process => living.Contains(process.Id) && IsAlive(process));

            // Those that stay are needed: to look again at each of them would find nothing.
            _manyProcesses = Math.Max(ManyProcesses, _register.ProcessCount * 2);
        }
    }

    /// <inheritdoc/>
    public void OnProcess(EbpfProcess process, in FeedProcess description, string? executable)
    {
        lock (_gate)
        {
            if (_register.FindProcess(process) is not { } known)
            {
                _register.SeeProcess(process, ReadIdentity(process, executable) ?? Describe(process, description, executable), Clock.Now);
            }
            else if (known.Name != description.Name && description.Name.Length > 0)
            {
                Rename(known, process, description.Name, executable);
            }
        }
    }

    /// <inheritdoc/>
    public void OnFirstUser(ulong cookie, in FeedFirstUser first)
    {
        lock (_gate)
        {
            _register.SeeFirstUser(cookie, first.Process, first.NetworkNamespace, Clock.Now);
        }
    }

    /// <inheritdoc/>
    public void Cancel() => _isStopped = true;

    /// <inheritdoc/>
    public void Stop()
    {
        _firstScan.Wait();
        _isStopped = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _scan?.Dispose();
        _processes.Dispose();
    }

    /// <summary>Whether a look at all descriptors may tell more of a row than the last one did.</summary>
    private bool LacksHolder(AttributedFlow row) =>
        (row.Match.Category is TrafficCategory.NoHolder || (row.Match.Evidence & OwnerEvidence.ListeningSocket) != 0)
        && row.LastSeen >= _scannedAt - ScanSlackMicroseconds;

    /// <summary>Asks who those processes are that own rows and were not told of: the queue was full.</summary>
    private void Identify(FlowSnapshot snapshot, long since)
    {
        ReadOnlySpan<SocketCounters> ends = snapshot.Sockets.Span;
        ReadOnlySpan<FlowCounters> flows = snapshot.Flows.Span;
        for (int i = 0; i < ends.Length; i++)
        {
            if (flows[i].LastSeen >= since)
            {
                IdentifyUnknown(ends[i].User);
                IdentifyUnknown(ends[i].Creator);
            }
        }
    }

    private void IdentifyUnknown(EbpfProcess process)
    {
        if (!process.IsNobody && _register.FindProcess(process) is null && ReadIdentity(process) is { } identity)
        {
            _register.SeeProcess(process, identity, Clock.Now);
        }
    }

    private void Scan()
    {
        try
        {
            long now = _scannedAt = Clock.Now;
            UnreadableProcesses = _scan!.Read(
                (cookie, inode, networkNamespace, key) =>
                {
                    lock (_gate)
                    {
                        var process = new EbpfProcess((uint)key.Id | key.StartTicks << 32);
                        ProcessIdentity? identity = _register.FindProcess(process);
                        if (identity is null && (identity = ReadIdentity(process)) is not null)
                        {
                            _register.SeeProcess(process, identity, now);
                        }

                        if (identity is not null)
                        {
                            _register.RecordHolder(cookie, inode, networkNamespace, identity, now);
                        }
                    }
                }
            );
            lock (_gate)
            {
                _register.KnowsHolders = UnreadableProcesses == 0;
            }
        }
        catch (Exception failure) when (failure is LinuxException or ProcNetException)
        {
            Failure = failure;
        }
    }

    /// <summary>Who a process is by <c>/proc</c>; null where it has gone, or its id has come back with another one.</summary>
    /// <param name="process">The process.</param>
    /// <param name="executable">What it ran by the kernel's own words: one that is ending has no path any more.</param>
    private ProcessIdentity? ReadIdentity(EbpfProcess process, string? executable = null)
    {
        ProcessIdentity? identity;
        try
        {
            identity = _processes.ReadIdentity(process.Id);
        }
        catch (ProcNetException shortage) when (shortage.Error == ProcNetError.OutOfResources)
        {
            // The kernel's own words stand in for it, and the end says why.
            Failure = shortage;
            return null;
        }

        if (identity is null || !Is(identity.Key, process))
        {
            return null;
        }

        identity.ExecutablePath ??= executable;
        return identity;
    }

    private HashSet<int> ListLiving()
    {
        List<int> ids = [];
        _processes.ListProcesses(ids);
        return [.. ids];
    }

    private bool IsAlive(EbpfProcess process) => _processes.ReadKey(process.Id) is { } key && Is(key, process);

    /// <summary>Whether what has the id now is the process that the feed saw. It tells 32 bits of the start, or nothing of it.</summary>
    private static bool Is(ProcessKey key, EbpfProcess process) => process.StartTicks == 0 || (uint)key.StartTicks == process.StartTicks;

    /// <summary>It called execve(2) since it was noted.</summary>
    private void Rename(ProcessIdentity known, EbpfProcess process, string name, string? executable)
    {
        if (ReadIdentity(process, executable) is { } present)
        {
            known.Complete(present);
        }
        else
        {
            known.Name = CommandText.WholeName(name, executable);
            known.ExecutablePath = executable ?? known.ExecutablePath;
        }
    }

    /// <summary>Who a process was that has gone: the kernel's own words, and its parent's where a fork left them the same.</summary>
    private ProcessIdentity Describe(EbpfProcess process, in FeedProcess description, string? executable)
    {
        IdentifyUnknown(description.Parent);
        ProcessIdentity? parent = _register.FindProcess(description.Parent);
        return new ProcessIdentity
        {
            Key = new ProcessKey(process.Id, process.StartTicks),
            Name = CommandText.WholeName(description.Name, executable),
            ParentId = description.Parent.Id,
            UserId = description.UserId,
            UserName = _users.Get(description.UserId),
            ExecutablePath = executable ?? parent?.ExecutablePath,
            Container = parent?.Container,
            Unit = parent?.Unit,
            Slice = parent?.Slice,
            StartTime =
                process.StartTicks == 0
                    ? Clock.ToLocalWall(MonotonicClock.Read().ToUnixMicroseconds(description.SeenAt))
                    : _processes.ToLocalTime(process.StartTicks),
        };
    }
}
