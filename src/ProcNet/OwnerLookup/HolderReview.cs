using ProcNet.Attribution;
using ProcNet.Processes;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Asks, when owners are resolved, whether those who were seen to hold an open socket hold it still. A child has its parent's descriptors
/// until it calls execve(2): seen in that moment, and the parent not, it would keep the bytes of a socket that it never used.
/// </summary>
internal sealed class HolderReview
{
    private readonly IProcessTable _processes;
    private readonly SocketRegister _register;
    private readonly Func<int, WalkStatus> _lookAt;
    private readonly Dictionary<ProcessKey, bool> _hasLetGo = [];

    /// <summary>Prepares a review.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="register">The sockets, and who was seen to hold them.</param>
    /// <param name="lookAt">Reads the sockets of a process into the register.</param>
    public HolderReview(IProcessTable processes, SocketRegister register, Func<int, WalkStatus> lookAt)
    {
        _processes = processes;
        _register = register;
        _lookAt = lookAt;
    }

    /// <summary>Asks for the holders of open sockets whose known ones have all ended.</summary>
    /// <param name="openSince">What was seen in a table since is open, in microseconds since 1970 UTC.</param>
    public void WantAbandoned(long openSince)
    {
        Collect(openSince, static (_, holder) => !holder.HasLetGo);
        foreach (ProcessKey process in _hasLetGo.Keys)
        {
            _hasLetGo[process] = _processes.ReadKey(process.Id) != process;
        }

        LetGo(openSince, static _ => true);
    }

    /// <summary>Looks at all holders of open sockets that several processes hold.</summary>
    /// <param name="openSince">What was seen in a table since is open; who was seen to hold it since is not looked at again.</param>
    public void LookAtShared(long openSince)
    {
        Collect(openSince, (holders, holder) => holders.All.Count > 1 && !holder.HasLetGo && holder.LastSeen < openSince);
        foreach (ProcessKey process in _hasLetGo.Keys)
        {
            _hasLetGo[process] = _lookAt(process.Id) is WalkStatus.Read or WalkStatus.Gone;
        }

        LetGo(openSince, holder => holder.LastSeen < openSince);
    }

    private void Collect(long openSince, Func<SocketHolders, SocketHolder, bool> isWanted)
    {
        _hasLetGo.Clear();
        lock (_register.Gate)
        {
            foreach (SocketHolders holders in _register.Holders)
            {
                foreach (SocketHolder holder in IsOpen(holders, openSince) ? holders.All : [])
                {
                    if (isWanted(holders, holder))
                    {
                        _hasLetGo[holder.Process.Key] = false;
                    }
                }
            }
        }
    }

    private void LetGo(long openSince, Func<SocketHolder, bool> isMeant)
    {
        if (!_hasLetGo.ContainsValue(true))
        {
            return;
        }

        lock (_register.Gate)
        {
            foreach (SocketHolders holders in _register.Holders)
            {
                if (!IsOpen(holders, openSince) || !holders.IsHeld)
                {
                    continue;
                }

                foreach (SocketHolder holder in holders.All)
                {
                    if (isMeant(holder) && _hasLetGo.GetValueOrDefault(holder.Process.Key))
                    {
                        holder.LetGo();
                    }
                }

                _register.Want(holders);
            }
        }
    }

    private static bool IsOpen(SocketHolders holders, long since) => holders.Socket is { } socket && socket.LastSeenOpen >= since;
}
