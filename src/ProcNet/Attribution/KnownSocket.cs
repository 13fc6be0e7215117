using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>A socket with one 5-tuple, and from when to when it was seen.</summary>
internal sealed class KnownSocket
{
    private List<SocketUser>? _users;

    /// <summary>Notes the first observation.</summary>
    public KnownSocket(in SocketObservation observation)
    {
        NetworkNamespace = observation.NetworkNamespace;
        SocketRow row = observation.Row;
        Protocol = row.Protocol;
        Family = row.Family;
        Local = row.Local;
        LocalPort = row.LocalPort;
        Remote = row.Remote;
        RemotePort = row.RemotePort;
        IPv6Only = row.IPv6Only;
        InterfaceIndex = row.InterfaceIndex;
        Cookie = row.Cookie;
        State = row.State;
        FirstSeen = LastSeen = observation.SeenAt;
        LastSeenOpen = row.Inode == 0 ? 0 : observation.SeenAt;
    }

    /// <summary>The namespace of the socket.</summary>
    public long NetworkNamespace { get; }

    /// <summary>The protocol.</summary>
    public TransportProtocol Protocol { get; }

    /// <summary>The socket's family.</summary>
    public AddressFamily Family { get; }

    /// <summary>The local address.</summary>
    public AddressValue Local { get; }

    /// <summary>The local port (ICMP: identifier; raw: protocol number).</summary>
    public ushort LocalPort { get; }

    /// <summary>The remote address.</summary>
    public AddressValue Remote { get; }

    /// <summary>The remote port.</summary>
    public ushort RemotePort { get; }

    /// <summary>Whether an IPv6 socket refuses IPv4.</summary>
    public bool IPv6Only { get; }

    /// <summary>
    /// The interface index that it was bound to when it was first seen; 0 for any. It takes nothing that came by
    /// another.
    /// </summary>
    public int InterfaceIndex { get; }

    /// <summary>The kernel's cookie; 0 where it is not known.</summary>
    public ulong Cookie { get; private set; }

    /// <summary>The newest state seen.</summary>
    public ConnectionState State { get; private set; }

    /// <summary>When it was first seen, in microseconds since 1970 UTC.</summary>
    public long FirstSeen { get; private set; }

    /// <summary>When it was last seen with a process's handle on it or in the making.</summary>
    public long LastSeen { get; private set; }

    /// <summary>When it was last seen with an inode: somebody could hold it then. 0 for never.</summary>
    public long LastSeenOpen { get; private set; }

    /// <summary>Who holds it; null where every observation showed inode 0.</summary>
    public SocketHolders? Holders { get; set; }

    /// <summary>Who used it, in the kernel's own words; null where nothing of the kind was seen.</summary>
    public SocketUse? Use { get; set; }

    /// <summary>All who were seen to use it, with what each passed; mostly one.</summary>
    public IReadOnlyList<SocketUser> Users => _users ?? (IReadOnlyList<SocketUser>)(Use is { } use ? [use.ToUser()] : []);

    /// <summary>Whether it has a remote endpoint.</summary>
    public bool IsConnected => RemotePort != 0 || !Remote.IsAny;

    /// <summary>Whether a later observation is of the same socket.</summary>
    public bool IsSame(in SocketRow row)
    {
        if (Cookie != 0 && row.Cookie != 0)
        {
            return Cookie == row.Cookie;
        }

        // Without cookies (/proc/net): the inode, where both have one.
        return row.Inode == 0 || Holders is null || Holders.Inode == row.Inode;
    }

    /// <summary>Notes a use of it.</summary>
    public void Record(in SocketUse use)
    {
        if (Use is not { } before)
        {
            Use = use;
            return;
        }

        if (_users is null && use.IsSeen && before.IsSeen && before.Owner.Process.Key != use.Owner.Process.Key)
        {
            _users = [before.ToUser()];
        }

        Use = SocketUse.Choose(before, use);
        if (_users is not null && use.IsSeen)
        {
            ProcessKey key = use.Owner.Process.Key;
            int known = _users.FindIndex(user => user.Owner.Process.Key == key);
            if (known < 0)
            {
                _users.Add(use.ToUser());
            }
            else
            {
                _users[known] = _users[known].Larger(use.ToUser());
            }
        }
    }

    /// <summary>Notes another observation.</summary>
    public void Record(in SocketObservation observation)
    {
        if (Cookie == 0)
        {
            Cookie = observation.Row.Cookie;
        }

        FirstSeen = Math.Min(FirstSeen, observation.SeenAt);
        if (observation.Row.Inode != 0)
        {
            LastSeenOpen = Math.Max(LastSeenOpen, observation.SeenAt);
        }

        if (observation.SeenAt >= LastSeen)
        {
            LastSeen = observation.SeenAt;
            State = observation.Row.State;
        }
    }
}
