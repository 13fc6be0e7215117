using ProcNet.Processes;
using ProcNet.Traffic.KernelFeed;

namespace ProcNet.Attribution;

/// <summary>
/// What is known of the sockets that the kernel feed counts: who processes are, who first used a socket, and, of sockets that nobody
/// has used since, who was seen to hold them. Only grows. Not thread-safe.
/// </summary>
internal sealed class SocketEndRegister
{
    // As many as the feed has flows, and more: one that finds it full has no owner.
    private const int Capacity = 1 << 20;

    private readonly Dictionary<KernelProcess, ProcessIdentity> _processes = [];
    private readonly Dictionary<ulong, KernelProcess> _firstUsers = [];
    private readonly Dictionary<ulong, SocketEndHolders> _holders = [];

    /// <summary>Whether the holders of all sockets were looked for, so that a socket without one has none.</summary>
    public bool KnowsHolders { get; set; }

    /// <summary>Notes who a process is.</summary>
    public void SeeProcess(KernelProcess process, ProcessIdentity identity)
    {
        if (_processes.Count < Capacity || _processes.ContainsKey(process))
        {
            _processes[process] = identity;
        }
    }

    /// <summary>Who a process is; null where it was not noted.</summary>
    public ProcessIdentity? FindProcess(KernelProcess process) => _processes.GetValueOrDefault(process);

    /// <summary>Notes who first sent or received on a socket.</summary>
    public void SeeFirstUser(ulong cookie, KernelProcess process)
    {
        if (_firstUsers.Count < Capacity)
        {
            _firstUsers.TryAdd(cookie, process);
        }
    }

    /// <summary>Who first sent or received on a socket; nobody where nobody did.</summary>
    public KernelProcess FindFirstUser(ulong cookie) => _firstUsers.GetValueOrDefault(cookie);

    /// <summary>Notes that a process holds a socket.</summary>
    public void SeeHolder(ulong cookie, uint inode, long networkNamespace, ProcessIdentity process, long seenAt)
    {
        if (!_holders.TryGetValue(cookie, out SocketEndHolders? known))
        {
            if (_holders.Count >= Capacity)
            {
                return;
            }

            _holders.Add(cookie, known = new SocketEndHolders(new SocketHolders(inode, cookie), networkNamespace));
        }

        known.Holders.See(process, seenAt);
    }

    /// <summary>Who was seen to hold a socket; null where nobody was.</summary>
    public SocketEndHolders? FindHolders(ulong cookie) => _holders.GetValueOrDefault(cookie);
}

/// <summary>Who holds a socket, and where.</summary>
/// <param name="Holders">The processes.</param>
/// <param name="NetworkNamespace">The inode of the socket's network namespace.</param>
internal sealed record SocketEndHolders(SocketHolders Holders, long NetworkNamespace);
