using ProcNet.Attribution;
using ProcNet.Processes;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Looks again, shortly after a process was found with a connection, whether it has it still: a server that forks for each connection
/// (sshd, smbd, postgres) has it for a moment only, then its child does. One link to read for each look, and three looks at most.
/// </summary>
internal sealed class HandoverWatch
{
    // A fork takes less than the first; what is handed on later than the last is found when owners are resolved, if it is there still.
    private static readonly int[] s_afterMilliseconds = [2, 20, 100];

    // Of a storm of connections some are enough: who hands on one hands on the others.
    private const int MostWaiting = 4096;

    private readonly IProcessTable _processes;
    private readonly SocketRegister _register;
    private readonly Func<KnownSocket, bool> _isThere;
    private readonly Func<long> _clock;
    private readonly Queue<Check>[] _waiting = [.. s_afterMilliseconds.Select(static _ => new Queue<Check>())];
    private readonly HashSet<ProcessKey> _handingOn = [];
    private readonly List<SocketDescriptor> _sockets = [];

    /// <summary>Prepares.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="register">The sockets, and who was seen to hold them.</param>
    /// <param name="isThere">Asks whether a socket is there still.</param>
    /// <param name="clock">A clock that only goes forward, in milliseconds; null for the system's.</param>
    public HandoverWatch(IProcessTable processes, SocketRegister register, Func<KnownSocket, bool> isThere, Func<long>? clock = null)
    {
        _processes = processes;
        _register = register;
        _isThere = isThere;
        _clock = clock ?? (static () => Environment.TickCount64);
    }

    /// <summary>How long until the next look is due; null where none waits.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            long next = long.MaxValue;
            foreach (Queue<Check> queue in _waiting)
            {
                next = queue.TryPeek(out Check first) ? Math.Min(next, first.DueAt) : next;
            }

            return next == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(0, next - _clock()));
        }
    }

    /// <summary>Notes that a process was found with a connection that was looked for.</summary>
    public void Add(SocketHolders holders, ProcessKey process, int descriptor)
    {
        if (holders.Socket is { Protocol: TransportProtocol.Tcp, IsConnected: true })
        {
            Enqueue(0, new Check(holders, process, descriptor, 0));
        }
    }

    /// <summary>Looks where it is due, and asks for the holders of what was handed on.</summary>
    public void Review()
    {
        long now = _clock();
        for (int step = 0; step < _waiting.Length; step++)
        {
            while (_waiting[step].TryPeek(out Check check) && check.DueAt <= now)
            {
                _waiting[step].Dequeue();
                if (Look(check) is { } again && step + 1 < _waiting.Length)
                {
                    Enqueue(step + 1, again);
                }
            }
        }
    }

    /// <returns>What to look at once more; null where there is nothing more to see.</returns>
    private Check? Look(in Check check)
    {
        SocketHolders holders = check.Holders;
        if (_processes.HoldsAt(check.Process.Id, check.Descriptor, holders.Inode))
        {
            return check;
        }

        if (holders.Socket is not { } socket || !_isThere(socket))
        {
            // Closed meanwhile, by whom nobody saw: of one that hands on, likely by another.
            holders.WasHandedOn |= _handingOn.Contains(check.Process);
            return null;
        }

        if (FindDescriptor(check) is { } moved)
        {
            return check with { Descriptor = moved };
        }

        _handingOn.Add(check.Process);
        lock (_register.Gate)
        {
            holders.WasHandedOn = true;
            foreach (SocketHolder holder in holders.All)
            {
                if (holder.Process.Key == check.Process)
                {
                    holder.LetGo();
                }
            }

            _register.Want(holders);
        }

        return null;
    }

    /// <summary>Where the process has the socket by now; null where it has not.</summary>
    private int? FindDescriptor(Check check)
    {
        if (_processes.ReadKey(check.Process.Id) != check.Process || _processes.ReadSockets(check.Process.Id, _sockets) != WalkStatus.Read)
        {
            return null;
        }

        int found = _sockets.FindIndex(socket => socket.Inode == check.Holders.Inode);
        return found < 0 ? null : _sockets[found].FileDescriptor;
    }

    private void Enqueue(int step, in Check check)
    {
        if (_waiting[step].Count < MostWaiting)
        {
            _waiting[step].Enqueue(check with { DueAt = _clock() + s_afterMilliseconds[step] });
        }
    }

    private readonly record struct Check(SocketHolders Holders, ProcessKey Process, int Descriptor, long DueAt);
}
