using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>
/// All that a measurement has learned of sockets and their holders, with the times. Only grows: what is once known is not
/// forgotten when the socket or the process is gone. Whoever reads or changes it, and what it handed out, holds <see cref="Gate"/>.
/// </summary>
internal sealed class SocketRegister
{
    // Few programs have any; one that makes thousands of them must not slow down the others' rows.
    private const int MostPacketSenders = 256;

    private const int MostAnswers = 1 << 16;

    private readonly Dictionary<TupleKey, SocketList> _byTuple = [];
    private readonly Dictionary<PortKey, SocketList> _unconnected = [];
    private readonly Dictionary<PortKey, SocketList> _connectedUdp = [];
    private readonly Dictionary<(long Namespace, FiveTuple Tuple), KnownSocket> _answers = [];
    private readonly List<SocketUse> _packetSenders = [];
    private readonly Dictionary<uint, SocketHolders> _byInode = [];
    private readonly HashSet<SocketHolders> _wanted = [];
    private readonly HashSet<SocketHolders> _urgent = [];

    // Counts observations: what was sorted by the times of observation before another one is sorted anew.
    private long _observations;

    /// <summary>
    /// Its own lock, which a caller holds over all that must be seen together: what is found of an endpoint and what is known of its
    /// holders.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>Sockets whose holder nobody has found yet.</summary>
    public IReadOnlyCollection<SocketHolders> Wanted => _wanted;

    /// <summary>
    /// Those of <see cref="Wanted"/> that are new: their holder is likely among those that were found last, and may be gone
    /// soon.
    /// </summary>
    public IReadOnlyCollection<SocketHolders> Urgent => _urgent;

    /// <summary>How many sockets are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Notes what a table showed.</summary>
    /// <returns>The socket.</returns>
    public KnownSocket Record(in SocketObservation observation)
    {
        SocketRow row = observation.Row;
        var key = new TupleKey(row.Protocol, row.Local, row.LocalPort, row.Remote, row.RemotePort);
        ref SocketList? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_byTuple, key, out _);
        SocketList sockets = (first ??= new SocketList(observation.NetworkNamespace)).Of(observation.NetworkNamespace);
        _observations++;
        KnownSocket? known = sockets.Find(row);
        if (known is null)
        {
            known = new KnownSocket(observation);
            sockets.Add(known);
            Count++;
            if (!known.IsConnected)
            {
                AddTo(_unconnected, known);
            }
            else if (known.Protocol == TransportProtocol.Udp && row.State == ConnectionState.Established)
            {
                AddTo(_connectedUdp, known);
            }
        }
        else
        {
            sockets.Record(known, observation);
        }

        if (row.Inode != 0)
        {
            known.Holders = HoldersOf(row.Inode, row.Cookie);
            known.Holders.Socket = known;
        }

        if (
            observation.AnswerTo is { } tuple
            && (_answers.Count < MostAnswers || _answers.ContainsKey((observation.NetworkNamespace, tuple)))
        )
        {
            _answers[(observation.NetworkNamespace, tuple)] = known;
        }

        return known;
    }

    /// <summary>Notes who used a socket, in the kernel's own words.</summary>
    public void RecordUse(in SocketUse use)
    {
        if (use.IsOfPacketSocket)
        {
            RecordPacketSender(use);
            return;
        }

        KnownSocket known = Record(use.Socket);
        known.Record(use.Socket with { SeenAt = use.LastSeen });
        known.Record(use);
    }

    /// <summary>The packet sockets that sent frames, each with its user.</summary>
    public IReadOnlyList<SocketUse> PacketSenders => _packetSenders;

    private void RecordPacketSender(in SocketUse use)
    {
        (ulong cookie, ProcessKey key) = (use.Socket.Row.Cookie, use.Owner.Process.Key);
        int known = _packetSenders.FindIndex(other => other.Socket.Row.Cookie == cookie && other.Owner.Process.Key == key);
        if (known >= 0)
        {
            // The feed begins anew where an entry was silent.
            SocketUse before = _packetSenders[known];
            _packetSenders[known] = use with { Socket = before.Socket, SentBytes = Math.Max(before.SentBytes, use.SentBytes) };
        }
        else if (_packetSenders.Count < MostPacketSenders)
        {
            _packetSenders.Add(use);
        }
    }

    /// <summary>Notes that a process holds the socket with this inode.</summary>
    /// <returns>All its holders.</returns>
    public SocketHolders RecordHolder(uint inode, ProcessIdentity process, long seenAt)
    {
        SocketHolders holders = HoldersOf(inode, 0);
        holders.Record(process, seenAt);
        StopWanting(holders);
        return holders;
    }

    /// <summary>
    /// Forgets sockets that were not seen since a time and that no conversation needs any more, so that a long measurement does not grow.
    /// </summary>
    /// <param name="notSeenSince">The time, in microseconds since 1970 UTC.</param>
    /// <param name="isNeeded">Whether a socket may still be asked for.</param>
    public void Forget(long notSeenSince, Func<KnownSocket, bool> isNeeded)
    {
        var inodes = new HashSet<uint>();
        Count = 0;
        foreach ((TupleKey key, SocketList first) in _byTuple)
        {
            int left = 0;
            for (SocketList? sockets = first; sockets is not null; sockets = sockets.Next)
            {
                sockets.RemoveAll(socket => socket.LastSeen < notSeenSince && !isNeeded(socket));
                left += sockets.Count;
                foreach (KnownSocket socket in sockets.All)
                {
                    if (socket.Holders is { } holders)
                    {
                        inodes.Add(holders.Inode);
                    }
                }
            }

            Count += left;
            if (left == 0)
            {
                // Removing what the enumerator stands on is allowed (Dictionary, since .NET Core 3.0).
                _byTuple.Remove(key);
            }
        }

        foreach (Dictionary<PortKey, SocketList> byPort in (ReadOnlySpan<Dictionary<PortKey, SocketList>>)[_unconnected, _connectedUdp])
        {
            foreach ((PortKey key, SocketList sockets) in byPort)
            {
                sockets.RemoveAll(socket => socket.LastSeen < notSeenSince && !isNeeded(socket));
                if (sockets.Count == 0)
                {
                    byPort.Remove(key);
                }
            }
        }

        foreach ((var asked, KnownSocket socket) in _answers)
        {
            if (socket.LastSeen < notSeenSince && !isNeeded(socket))
            {
                _answers.Remove(asked);
            }
        }

        foreach (uint inode in _byInode.Keys)
        {
            if (!inodes.Contains(inode))
            {
                _byInode.Remove(inode);
            }
        }

        _wanted.RemoveWhere(holders => !inodes.Contains(holders.Inode));
        _urgent.IntersectWith(_wanted);
    }

    /// <summary>All that is known of holders, by socket.</summary>
    public IReadOnlyCollection<SocketHolders> Holders => _byInode.Values;

    /// <summary>Whether anyone asks for the holder of this inode.</summary>
    public bool IsWanted(uint inode) => _byInode.TryGetValue(inode, out SocketHolders? holders) && _wanted.Contains(holders);

    /// <summary>Whether its holder is in <see cref="Urgent"/>.</summary>
    public bool IsUrgent(uint inode) => _byInode.TryGetValue(inode, out SocketHolders? holders) && _urgent.Contains(holders);

    /// <summary>Whether a socket with this inode was seen in a table.</summary>
    public bool IsKnown(uint inode) => _byInode.ContainsKey(inode);

    /// <summary>Asks for the holder of a socket.</summary>
    public void Want(SocketHolders holders)
    {
        if (!holders.IsHeld && _wanted.Add(holders))
        {
            holders.LooksInVain = 0;
            _urgent.Add(holders);
        }
    }

    /// <summary>Goes on asking for the holder of a socket, but not at once: the likely ones do not hold it.</summary>
    public void Defer(SocketHolders holders) => _urgent.Remove(holders);

    /// <summary>Asks for the holder of a socket no more: it has gone.</summary>
    public void StopWanting(SocketHolders holders)
    {
        _wanted.Remove(holders);
        _urgent.Remove(holders);
    }

    /// <summary>Notes that every readable process was looked at in vain: sockets that are wanted still have no visible holder.</summary>
    /// <param name="lookedFor">The sockets that were wanted when the look began.</param>
    /// <param name="startedAt">When the look began, in microseconds since 1970 UTC.</param>
    /// <param name="endedAt">When it had ended.</param>
    /// <param name="sawAll">Whether it could read every process of the machine.</param>
    public void GiveUp(IEnumerable<SocketHolders> lookedFor, long startedAt, long endedAt = 0, bool sawAll = false)
    {
        foreach (SocketHolders holders in lookedFor)
        {
            if (!_wanted.Contains(holders))
            {
                continue;
            }

            StopWanting(holders);
            holders.NobodyAt = startedAt;
            if (sawAll)
            {
                holders.NobodyOfAllUntil = endedAt;
            }
        }
    }

    /// <summary>The sockets that were seen with exactly this 5-tuple, the oldest first.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="local">The local address.</param>
    /// <param name="localPort">The local port.</param>
    /// <param name="remote">The remote address.</param>
    /// <param name="remotePort">The remote port.</param>
    /// <param name="seenSince">Where there are many, those last seen before are left out.</param>
    /// <param name="seenUntil">And those first seen after.</param>
    public IReadOnlyList<KnownSocket> FindExact(
        long networkNamespace,
        TransportProtocol protocol,
        AddressValue local,
        ushort localPort,
        AddressValue remote,
        ushort remotePort,
        long seenSince = long.MinValue,
        long seenUntil = long.MaxValue
    ) =>
        _byTuple.TryGetValue(new TupleKey(protocol, local, localPort, remote, remotePort), out SocketList? first)
        && first.Find(networkNamespace) is { } found
            ? found.Between(seenSince, seenUntil, _observations)
            : [];

    /// <summary>
    /// The sockets that were seen with exactly an endpoint's 5-tuple, by namespace: the first namespace's, from which the others
    /// follow; null for none.
    /// </summary>
    public SocketList? FindAnywhere(in FiveTuple end)
    {
        var protocol = (TransportProtocol)end.Protocol;
        ushort remotePort = protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6 ? (ushort)0 : end.RemotePort;
        return _byTuple.GetValueOrDefault(new TupleKey(protocol, end.Local, end.LocalPort, end.Remote, remotePort));
    }

    /// <summary>
    /// The socket that the kernel itself gave for a 5-tuple of UDP when its first packet came; null where it was not asked, or had
    /// none.
    /// </summary>
    public KnownSocket? FindAnswer(long networkNamespace, in FiveTuple tuple) => _answers.GetValueOrDefault((networkNamespace, tuple));

    /// <summary>
    /// The UDP sockets on this port that are connected, whomever to, the oldest first: one may name another peer in a
    /// call.
    /// </summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="localPort">The port.</param>
    public IReadOnlyList<KnownSocket> FindConnectedUdp(long networkNamespace, ushort localPort) =>
        _connectedUdp.TryGetValue(new PortKey(networkNamespace, TransportProtocol.Udp, localPort), out SocketList? found) ? found.All : [];

    /// <summary>
    /// The sockets without a remote endpoint that were seen on this port (or ICMP identifier, or raw protocol), the oldest
    /// first.
    /// </summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="localPort">The port.</param>
    /// <param name="seenSince">Where there are many, those last seen before are left out.</param>
    /// <param name="seenUntil">And those first seen after.</param>
    public IReadOnlyList<KnownSocket> FindUnconnected(
        long networkNamespace,
        TransportProtocol protocol,
        ushort localPort,
        long seenSince = long.MinValue,
        long seenUntil = long.MaxValue
    ) =>
        _unconnected.TryGetValue(new PortKey(networkNamespace, protocol, localPort), out SocketList? found)
            ? found.Between(seenSince, seenUntil, _observations)
            : [];

    private static void AddTo(Dictionary<PortKey, SocketList> byPort, KnownSocket known)
    {
        var key = new PortKey(known.NetworkNamespace, known.Protocol, known.LocalPort);
        ref SocketList? sockets = ref CollectionsMarshal.GetValueRefOrAddDefault(byPort, key, out _);
        (sockets ??= new SocketList(known.NetworkNamespace)).Add(known);
    }

    private SocketHolders HoldersOf(uint inode, ulong cookie)
    {
        ref SocketHolders? holders = ref CollectionsMarshal.GetValueRefOrAddDefault(_byInode, inode, out _);
        if (holders is null || (cookie != 0 && holders.Cookie != 0 && cookie != holders.Cookie))
        {
            // A new socket, or an inode number that came back with another one: it does not inherit the holders.
            holders = new SocketHolders(inode, cookie);
        }
        else if (holders.Cookie == 0)
        {
            holders.Cookie = cookie;
        }

        return holders;
    }

    private readonly record struct TupleKey(
        TransportProtocol Protocol,
        AddressValue Local,
        ushort LocalPort,
        AddressValue Remote,
        ushort RemotePort
    );

    private readonly record struct PortKey(long Namespace, TransportProtocol Protocol, ushort Port);
}
