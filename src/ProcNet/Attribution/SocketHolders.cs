using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>Everyone that was seen to hold one socket.</summary>
internal sealed class SocketHolders
{
    private readonly List<SocketHolder> _holders = [];

    /// <summary>Makes an empty list for a socket.</summary>
    /// <param name="inode">The socket's inode.</param>
    /// <param name="cookie">The socket's cookie; 0 where it is not known.</param>
    public SocketHolders(uint inode, ulong cookie)
    {
        Inode = inode;
        Cookie = cookie;
    }

    /// <summary>The inode of the socket.</summary>
    public uint Inode { get; }

    /// <summary>The kernel's cookie for the socket; 0 where it is not known.</summary>
    public ulong Cookie { get; set; }

    /// <summary>The socket that it was last seen on; null where only a holder was seen.</summary>
    public KnownSocket? Socket { get; set; }

    /// <summary>Whether it was seen, or is likely, that a holder handed it on to a process that nobody may have seen with it.</summary>
    public bool WasHandedOn { get; set; }

    /// <summary>How often the likely holders were looked at in vain.</summary>
    public int LooksInVain { get; set; }

    /// <summary>When every readable process was last looked at without finding a holder; 0 for never.</summary>
    public long NobodyAt { get; set; }

    /// <summary>When a look that could read every process of the machine, and found no holder, had ended; 0 for never.</summary>
    public long NobodyOfAllUntil { get; set; }

    /// <summary>All holders, in the order in which they were found.</summary>
    public IReadOnlyList<SocketHolder> All => _holders;

    /// <summary>Whether anyone is known to hold it still.</summary>
    public bool IsHeld
    {
        get
        {
            foreach (SocketHolder holder in _holders)
            {
                if (!holder.HasLetGo)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// The holder that gets the bytes: of those that hold it still (a child has its parent's descriptors until it calls execve(2)) the one
    /// seen first; of those seen at the same look the youngest, which is the worker rather than the parent that forked it, and the service
    /// rather than the socket activator. Null where there is none.
    /// </summary>
    public SocketHolder? Chosen
    {
        get
        {
            SocketHolder? chosen = null;
            foreach (SocketHolder holder in _holders)
            {
                if (chosen is null || IsBetter(holder, chosen))
                {
                    chosen = holder;
                }
            }

            return chosen;
        }
    }

    /// <summary>Notes that a process holds the socket.</summary>
    public void Record(ProcessIdentity process, long seenAt)
    {
        foreach (SocketHolder holder in _holders)
        {
            if (holder.Process.Key == process.Key)
            {
                holder.Record(seenAt);
                return;
            }
        }

        _holders.Add(new SocketHolder(process, seenAt));
    }

    private static bool IsBetter(SocketHolder candidate, SocketHolder chosen)
    {
        if (candidate.HasLetGo != chosen.HasLetGo)
        {
            return chosen.HasLetGo;
        }

        if (candidate.FirstSeen != chosen.FirstSeen)
        {
            return candidate.FirstSeen < chosen.FirstSeen;
        }

        ProcessKey left = candidate.Process.Key;
        ProcessKey right = chosen.Process.Key;
        return left.StartTicks != right.StartTicks ? left.StartTicks > right.StartTicks : left.Id > right.Id;
    }
}
