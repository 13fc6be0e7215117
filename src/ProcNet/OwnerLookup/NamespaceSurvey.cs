using System.Diagnostics;
using ProcNet.Attribution;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// The other network namespaces of this machine: their addresses, interfaces and socket tables. Asked by one thread; what it learns goes
/// into the <see cref="NetworkView"/>. An open table keeps its namespace alive, so those whose last process has gone are closed at the next
/// look.
/// </summary>
internal sealed class NamespaceSurvey : IDisposable
{
    // Each costs a netlink socket, its buffer (64 KiB) and a thread's start.
    private const int MostNamespaces = 512;

    // A look lists every process: a twentieth of one processor at most.
    private const int RestFactor = 20;

    // A container may live for half a second: while interfaces come, a fifth.
    private const int HurriedRestFactor = 4;
    private static readonly TimeSpan s_leastBetween = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_listLifetime = TimeSpan.FromSeconds(2);

    // The process that made it may have ended before it had a name.
    private static readonly TimeSpan s_refusal = TimeSpan.FromMilliseconds(100);

    // To enter a namespace and read its addresses costs more than to see that it is still there.
    private static readonly TimeSpan s_addressLifetime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_youth = TimeSpan.FromSeconds(3);

    private readonly LookupHost _host;
    private readonly Action<Notice> _notify;
    private readonly Dictionary<long, Entry> _open = [];
    private readonly Dictionary<long, long> _refused = [];
    private readonly Dictionary<long, long> _metAt = [];
    private readonly NamespaceIds _ids;
    private long _lastEnd;
    private TimeSpan _lastCost;
    private bool _hasNotified;

    /// <summary>Prepares a survey.</summary>
    /// <param name="host">Lists and opens namespaces.</param>
    /// <param name="notify">Takes the notice that there are more than can be watched.</param>
    public NamespaceSurvey(LookupHost host, Action<Notice> notify)
    {
        _host = host;
        _notify = notify;
        _ids = new NamespaceIds(host.ReadNamespaceId);
    }

    /// <summary>The namespaces whose tables are open.</summary>
    public IReadOnlyCollection<long> Namespaces => _open.Keys;

    /// <summary>Whether it is not too soon for another look.</summary>
    /// <param name="isHurried">Whether something came just now that may be gone soon.</param>
    public bool IsDue(bool isHurried = false) =>
        _lastEnd == 0
        || (
            Stopwatch.GetElapsedTime(_lastEnd) is var passed
            && passed > (isHurried ? s_leastBetween / 4 : s_leastBetween)
            && passed > _lastCost * (isHurried ? HurriedRestFactor : RestFactor)
        );

    /// <summary>Whether what is known may be old: namespaces that have gone are held by what is open.</summary>
    public bool IsStale => _open.Count > 0 && Stopwatch.GetElapsedTime(_lastEnd) > s_listLifetime && IsDue();

    /// <summary>Looks at which namespaces there are, opens the new ones and closes those that have gone.</summary>
    /// <param name="captureNamespace">The one that is captured, which is not one of the others.</param>
    /// <param name="isWanted">Whether something is looked for, which may be a new address of one that is known.</param>
    public void Refresh(long captureNamespace, bool isWanted)
    {
        TimeSpan addressLifetime = isWanted ? s_listLifetime : s_addressLifetime;
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<NamespaceReference> present = _host.ListNamespaces();
        _ids.SetPaths(present, captureNamespace, _host.NetworkNamespacePath);
        HashSet<long> inodes = [.. present.Select(reference => reference.Inode)];
        foreach ((long inode, Entry entry) in _open)
        {
            // A namespace gets its addresses after it was made.
            bool isYoung = Stopwatch.GetElapsedTime(_metAt.GetValueOrDefault(inode)) < s_youth;
            if (
                !inodes.Contains(inode)
                || Stopwatch.GetElapsedTime(entry.ReadAt) > (isYoung && isWanted ? s_leastBetween : addressLifetime)
            )
            {
                entry.Access.Dispose();
                _open.Remove(inode);
            }
        }

        foreach ((long inode, long at) in _refused)
        {
            if (!inodes.Contains(inode) || Stopwatch.GetElapsedTime(at) > s_refusal)
            {
                _refused.Remove(inode);
            }
        }

        foreach (long inode in _metAt.Keys)
        {
            if (!inodes.Contains(inode))
            {
                _metAt.Remove(inode);
            }
        }

        foreach (NamespaceReference reference in present)
        {
            if (reference.Inode != captureNamespace && !_open.ContainsKey(reference.Inode) && !_refused.ContainsKey(reference.Inode))
            {
                Open(reference);
            }
        }

        _lastEnd = Stopwatch.GetTimestamp();
        _lastCost = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The tables of a namespace; null where it is not known.</summary>
    public ISocketTable? Find(long networkNamespace) => _open.TryGetValue(networkNamespace, out Entry? entry) ? entry.Access.Table : null;

    /// <summary>Adds what is known to a view.</summary>
    public void AddTo(NetworkView view)
    {
        var graph = new NamespaceGraph(view.CaptureNamespace, _ids.Find);
        foreach ((long inode, Entry entry) in _open)
        {
            foreach (InterfaceAddress address in entry.Access.Addresses)
            {
                // Its own loopback is nobody else's: those addresses are local wherever they are captured.
                if (!address.Address.IsLoopback)
                {
                    view.AddAddress(inode, address.Address);
                }
            }

            view.AddLocalRoutes(inode, entry.Access.LocalRoutes);
            graph.Add(inode, entry.Access.Links);
            view.Devices.Add(inode, entry.Access.Addresses, entry.Access.Links);
        }

        graph.AddTo(view);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Entry entry in _open.Values)
        {
            entry.Access.Dispose();
        }

        _open.Clear();
    }

    private void Open(NamespaceReference reference)
    {
        if (_open.Count >= MostNamespaces)
        {
            NotifyOnce(
                new Notice(
                    NoticeKind.NamespacesNotRead,
                    $"There are more than {MostNamespaces} network namespaces: owners in the others are not found."
                )
            );
            return;
        }

        if (_host.OpenNamespace(reference, NotifyOnce) is { } access)
        {
            _open.Add(reference.Inode, new Entry(access, Stopwatch.GetTimestamp()));
            _metAt.TryAdd(reference.Inode, Stopwatch.GetTimestamp());
        }
        else
        {
            // Not allowed, or every process that led into it ended just then: again later.
            _refused.Add(reference.Inode, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>What cannot be read is told of once, whichever namespace it is.</summary>
    private void NotifyOnce(Notice notice)
    {
        if (notice.Kind != NoticeKind.NamespacesNotRead || !Interlocked.Exchange(ref _hasNotified, true))
        {
            _notify(notice);
        }
    }

    private sealed record Entry(NamespaceAccess Access, long ReadAt);
}
