using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sources.Ebpf;

namespace ProcNet.Attribution;

/// <summary>
/// What is known of the sockets that the kernel feed counts: who processes are, who first used a socket, and, of sockets that nobody
/// has used since, who was seen to hold them. Only grows. Not thread-safe.
/// </summary>
internal sealed class SocketCountersRegister
{
    // As many as the feed has flows, and more: one that finds it full has no owner.
    private const int Capacity = 1 << 20;

    private readonly Dictionary<EbpfProcess, (ProcessIdentity Identity, long NotedAt)> _processes = [];
    private readonly Dictionary<ulong, (EbpfProcess Process, uint NetworkNamespace, long NotedAt)> _firstUsers = [];
    private readonly Dictionary<ulong, SocketEndHolders> _holders = [];

    /// <summary>Whether the holders of all sockets were looked for, so that a socket without one has none.</summary>
    public bool KnowsHolders { get; set; }

    /// <summary>How many sockets are remembered.</summary>
    public int Count => _firstUsers.Count + _holders.Count;

    /// <summary>How many processes are remembered.</summary>
    public int ProcessCount => _processes.Count;

    /// <summary>
    /// Forgets what no entry of a snapshot needs, so that a long measurement does not grow. The kernel tells again of a process that uses
    /// another socket.
    /// </summary>
    /// <param name="kept">What is counted still.</param>
    /// <param name="notedBefore">What was noted later stays, in microseconds since 1970 UTC: it may be of entries that came after the
    /// snapshot.</param>
    /// <param name="isAlive">Whether a process runs still: the kernel does not tell again of one that goes on with the sockets that it
    /// has.</param>
    public void Forget(FlowSnapshot kept, long notedBefore, Func<EbpfProcess, bool> isAlive)
    {
        HashSet<ulong> cookies = [];
        HashSet<EbpfProcess> processes = [];
        foreach (ref readonly SocketCounters end in kept.Sockets.Span)
        {
            cookies.Add(end.Cookie);
            processes.Add(end.User);
            processes.Add(end.Creator);
            processes.Add(FindFirstUser(end.Cookie));
        }

        // Removing what the enumerator stands on is allowed (Dictionary, since .NET Core 3.0).
        foreach ((ulong cookie, (_, _, long notedAt)) in _firstUsers)
        {
            if (notedAt < notedBefore && !cookies.Contains(cookie))
            {
                _firstUsers.Remove(cookie);
            }
        }

        foreach ((ulong cookie, SocketEndHolders holders) in _holders)
        {
            if (holders.NotedAt < notedBefore && !cookies.Contains(cookie))
            {
                _holders.Remove(cookie);
            }
        }

        foreach ((EbpfProcess process, (_, long notedAt)) in _processes)
        {
            if (notedAt < notedBefore && !processes.Contains(process) && !isAlive(process))
            {
                _processes.Remove(process);
            }
        }
    }

    /// <summary>Notes who a process is.</summary>
    /// <param name="process">The process.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="now">In microseconds since 1970 UTC.</param>
    public void SeeProcess(EbpfProcess process, ProcessIdentity identity, long now)
    {
        if (_processes.Count < Capacity || _processes.ContainsKey(process))
        {
            _processes[process] = (identity, now);
        }
    }

    /// <summary>Who a process is; null where it was not noted.</summary>
    public ProcessIdentity? FindProcess(EbpfProcess process) => _processes.GetValueOrDefault(process).Identity;

    /// <summary>Notes who first sent or received on a socket.</summary>
    /// <param name="cookie">The socket.</param>
    /// <param name="process">The process.</param>
    /// <param name="networkNamespace">The inode of the socket's network namespace; 0 where it was not seen.</param>
    /// <param name="now">In microseconds since 1970 UTC.</param>
    public void SeeFirstUser(ulong cookie, EbpfProcess process, uint networkNamespace, long now)
    {
        if (_firstUsers.Count < Capacity)
        {
            _firstUsers.TryAdd(cookie, (process, networkNamespace, now));
        }
    }

    /// <summary>Who first sent or received on a socket; nobody where nobody did.</summary>
    public EbpfProcess FindFirstUser(ulong cookie) => _firstUsers.GetValueOrDefault(cookie).Process;

    /// <summary>The inode of the network namespace that a socket was in when it was first used; 0 where nobody saw.</summary>
    public uint FindNamespace(ulong cookie) => _firstUsers.GetValueOrDefault(cookie).NetworkNamespace;

    /// <summary>Notes that a process holds a socket.</summary>
    public void RecordHolder(ulong cookie, uint inode, long networkNamespace, ProcessIdentity process, long seenAt)
    {
        if (!_holders.TryGetValue(cookie, out SocketEndHolders? known))
        {
            if (_holders.Count >= Capacity)
            {
                return;
            }

            _holders.Add(cookie, known = new SocketEndHolders(new SocketHolders(inode, cookie), networkNamespace, seenAt));
        }

        known.Holders.Record(process, seenAt);
    }

    /// <summary>Who was seen to hold a socket; null where nobody was.</summary>
    public SocketEndHolders? FindHolders(ulong cookie) => _holders.GetValueOrDefault(cookie);
}

/// <summary>Who holds a socket, and where.</summary>
/// <param name="Holders">The processes.</param>
/// <param name="NetworkNamespace">The inode of the socket's network namespace.</param>
/// <param name="NotedAt">When the first of them was seen, in microseconds since 1970 UTC.</param>
internal sealed record SocketEndHolders(SocketHolders Holders, long NetworkNamespace, long NotedAt);
