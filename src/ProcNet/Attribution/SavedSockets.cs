using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>
/// Sockets and their holders as somebody saved them, to work out owners again: the method of <see cref="Attributor"/> with nothing of this
/// machine. Where nothing was saved, no owner is found, and the rows say that none was recorded.
/// </summary>
internal sealed class SavedSockets
{
    private readonly IReadOnlyList<NetConnection> _connections;
    private readonly IReadOnlyList<ProcSocket> _sockets;
    private readonly NetworkView _view = new(0);
    private readonly bool _knowsAddresses;

    /// <summary>Gathers it.</summary>
    /// <param name="connections">Rows of socket tables.</param>
    /// <param name="sockets">What processes held.</param>
    /// <param name="localAddresses">The addresses of the host; none where only the sockets tell them.</param>
    public SavedSockets(
        IReadOnlyList<NetConnection> connections,
        IReadOnlyList<ProcSocket> sockets,
        IEnumerable<AddressValue> localAddresses
    )
    {
        _connections = connections;
        _sockets = sockets;
        foreach (AddressValue address in localAddresses)
        {
            _view.AddAddress(0, address);
            _knowsAddresses = true;
        }

        if (!_knowsAddresses)
        {
            foreach (NetConnection connection in connections)
            {
                var address = AddressValue.From(connection.LocalAddress);
                if (!address.IsAny && !_view.IsGroup(address))
                {
                    _view.AddAddress(0, address);
                    _knowsAddresses = true;
                }
            }
        }
    }

    private bool HasAny => _connections.Count > 0;

    /// <summary>Attributes a snapshot of a file.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="cancellation">Ends it between two rows.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot, CancellationToken cancellation = default)
    {
        List<AttributedFlow> rows = Attributor.Attribute(snapshot, MakeRegister(snapshot.TakenAt), _view, null, cancellation);
        for (int i = 0; i < rows.Count; i++)
        {
            AttributedFlow row = rows[i];
            if (row.Key.Kind == FlowKind.Conversation && row.Match.Owner is null && IsUnknown(row.Match.Category))
            {
                rows[i] = row with { Match = new OwnerMatch(TrafficCategory.NotRecorded, OwnerEvidence.None), NetworkNamespace = null };
            }
            else if (row.NetworkNamespace == 0)
            {
                rows[i] = row with { NetworkNamespace = null };
            }
        }

        return rows;
    }

    /// <summary>Whether a category would say more of the host than is known.</summary>
    private bool IsUnknown(TrafficCategory category) =>
        category switch
        {
            TrafficCategory.Duplicate => false,
            TrafficCategory.Forwarded => !_knowsAddresses,
            _ => !HasAny,
        };

    private SocketRegister MakeRegister(long seenAt)
    {
        var register = new SocketRegister();
        foreach (NetConnection connection in _connections)
        {
            KnownSocket socket = register.Record(new SocketObservation(0, seenAt, ToRow(connection)));
            if (connection.OwningProcess is { } id && socket.Holders is null)
            {
                // A table that names processes and no inodes (ss -p).
                socket.Holders = new SocketHolders(0, 0);
                socket.Holders.Record(
                    new ProcessIdentity
                    {
                        Key = new ProcessKey(id, StartOf(connection.ProcessStartTime)),
                        Name = connection.ProcessName ?? string.Empty,
                        UserName = connection.UserName,
                        ExecutablePath = connection.Path,
                        Container = connection.Container,
                        StartTime = connection.ProcessStartTime ?? default,
                    },
                    seenAt
                );
            }
        }

        foreach (ProcSocket held in _sockets)
        {
            if (held.Inode is > 0 and <= uint.MaxValue)
            {
                register.RecordHolder((uint)held.Inode, ToIdentity(held), seenAt);
            }
        }

        return register;
    }

    private static SocketRow ToRow(NetConnection connection)
    {
        var local = AddressValue.From(connection.LocalAddress);
        return new SocketRow
        {
            Protocol = connection.Protocol,
            Family =
                connection.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? connection.AddressFamily
                : local.IsIPv4 ? AddressFamily.InterNetwork
                : AddressFamily.InterNetworkV6,
            Local = local,
            LocalPort = (ushort)connection.LocalPort,
            Remote = AddressValue.From(connection.RemoteAddress),
            RemotePort = (ushort)connection.RemotePort,
            State = connection.State,
            Inode = connection.Inode is > 0 and <= uint.MaxValue ? (uint)connection.Inode : 0,
            UserId = (uint)connection.UserId,
        };
    }

    private static ProcessIdentity ToIdentity(ProcSocket held) =>
        new()
        {
            Key = new ProcessKey(held.ProcessId, StartOf(held.ProcessStartTime)),
            Name = held.ProcessName,
            UserName = held.UserName,
            ExecutablePath = held.Path,
            NetworkNamespace = held.NetworkNamespace,
            Container = held.Container,
            StartTime = held.ProcessStartTime,
        };

    private static ulong StartOf(DateTime? start) => start is { } time && time != default ? (ulong)time.ToUniversalTime().Ticks : 0;
}
