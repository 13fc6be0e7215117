using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Sources.Ebpf;

namespace ProcNet.Attribution;

/// <summary>
/// Makes rows of what was counted at sockets: each entry is one endpoint's view already, and mostly names its process. What passed
/// before anybody used a socket goes to its first user, a handshake to the connection that came of it. Pure.
/// </summary>
internal sealed class SocketCountersAttributor
{
    // A listener's entry goes on from one connection of a 5-tuple to the next: what began so long before the newest one is not its
    // handshake alone.
    private const long HandshakeMicroseconds = 1_000_000;

    private readonly SocketCountersRegister _register;
    private readonly long _ownNamespace;
    private readonly Dictionary<(FlowKey, bool, uint), (SocketCounters End, long FirstSeen, bool IsReused)> _connections = [];
    private readonly Dictionary<(FlowKey, bool, uint), SocketCounters> _listeners = [];
    private readonly Dictionary<(ulong, FlowKey, ProcessKey?, bool), int> _places = [];
    private readonly List<AttributedFlow> _rows = [];

    private SocketCountersAttributor(SocketCountersRegister register, long ownNamespace)
    {
        _register = register;
        _ownNamespace = ownNamespace;
    }

    /// <summary>Attributes a snapshot.</summary>
    /// <param name="snapshot">What was counted, with <see cref="FlowSnapshot.Sockets"/>.</param>
    /// <param name="register">What is known of sockets and processes.</param>
    /// <param name="ownNamespace">The network namespace of this process: owners elsewhere are marked.</param>
    /// <param name="since">Only entries with a packet since this time become rows, in microseconds since 1970 UTC.</param>
    /// <param name="cancellation">Ends it between two rows.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static List<AttributedFlow> Attribute(
        FlowSnapshot snapshot,
        SocketCountersRegister register,
        long ownNamespace,
        long since = long.MinValue,
        CancellationToken cancellation = default
    )
    {
        var attributor = new SocketCountersAttributor(register, ownNamespace);
        ReadOnlySpan<FlowCounters> flows = snapshot.Flows.Span;
        ReadOnlySpan<SocketCounters> ends = snapshot.Sockets.Span;
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i].IsConnected)
            {
                attributor.NoteConnection((flows[i].Key, ends[i].LocalIsLow, ends[i].NetworkNamespace), ends[i], flows[i].FirstSeen);
            }
            else if (ends[i].IsListener)
            {
                attributor._listeners[(flows[i].Key, ends[i].LocalIsLow, ends[i].NetworkNamespace)] = ends[i];
            }
        }

        int wanted = 0;
        foreach (ref readonly FlowCounters flow in flows)
        {
            wanted += IsWanted(flow, since) ? 1 : 0;
        }

        attributor._rows.EnsureCapacity(wanted);
        for (int i = 0; i < flows.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsWanted(flows[i], since))
            {
                continue;
            }

            if (i < ends.Length)
            {
                attributor.Add(flows[i], ends[i]);
            }
            else
            {
                attributor._rows.Add(
                    AttributedFlow.Of(flows[i], true, false, null, new OwnerMatch(TrafficCategory.TableFull, OwnerEvidence.None))
                );
            }
        }

        return attributor._rows;
    }

    /// <summary>Notes the newest connection of a 5-tuple.</summary>
    private void NoteConnection((FlowKey, bool, uint) place, SocketCounters end, long firstSeen)
    {
        ref (SocketCounters End, long FirstSeen, bool IsReused) newest = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _connections,
            place,
            out bool known
        );
        bool isReused = known && (newest.IsReused || newest.End.Cookie != end.Cookie);
        newest =
            known && newest.FirstSeen > firstSeen && newest.End.Cookie != end.Cookie
                ? newest with
                {
                    IsReused = isReused,
                }
                : (end, known && newest.End.Cookie == end.Cookie ? Math.Min(newest.FirstSeen, firstSeen) : firstSeen, isReused);
    }

    private static bool IsWanted(in FlowCounters flow, long since) => flow.TotalPackets != 0 && flow.LastSeen >= since;

    private void Add(in FlowCounters flow, SocketCounters end)
    {
        // A handshake passes at the listener, the rest at the connection that came of it.
        (FlowKey, bool, uint) place = (flow.Key, end.LocalIsLow, end.NetworkNamespace);
        bool isHandshake =
            _connections.TryGetValue(place, out (SocketCounters End, long FirstSeen, bool IsReused) connection) && end.IsListener;
        SocketCounters socket = isHandshake ? connection.End : end;
        OwnerMatch match = Match(flow, socket);
        if (match.Owner is null && (end.IsConnected || socket != end) && _listeners.TryGetValue(place, out SocketCounters listener))
        {
            // Accepted and closed by somebody who was not seen at it.
            match = Match(flow, listener) is { Owner: not null } ofListener ? ofListener : match;
        }

        long? networkNamespace = NamespaceOf(socket, match);
        if (match.Owner is not null && networkNamespace is { } elsewhere && elsewhere != _ownNamespace)
        {
            match = match with { Evidence = match.Evidence | OwnerEvidence.OtherNamespace };
        }

        AttributedFlow row = AttributedFlow.Of(flow, end.LocalIsLow, end.IsSecondView, networkNamespace, match) with
        {
            Cookie = socket.Cookie,
            ExpiredConversations = flow.Key.Kind == FlowKind.Expired ? flow.Generation : 0,
            IsHostsNamespace = socket.IsHostsNamespace,
            FirstSeen =
                isHandshake && (connection.IsReused || connection.FirstSeen - flow.FirstSeen > HandshakeMicroseconds)
                    ? connection.FirstSeen
                    : flow.FirstSeen,
        };
        if (flow.Key.Kind == FlowKind.Conversation)
        {
            // The parts of one connection: its handshake, what came before its first use, and the rest.
            ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _places,
                (socket.Cookie, flow.Key, match.Owner?.Process.Key, end.IsSecondView),
                out bool known
            );
            if (known)
            {
                _rows[index] = _rows[index].Plus(row);
                return;
            }

            index = _rows.Count;
        }

        _rows.Add(row);
    }

    private OwnerMatch Match(in FlowCounters flow, SocketCounters end)
    {
        EbpfProcess user = end.User.IsNobody ? _register.FindFirstUser(end.Cookie) : end.User;
        EbpfProcess owner = user.IsNobody ? end.Creator : user;
        SocketEndHolders? holders = _register.FindHolders(end.Cookie);
        KnownSocket? socket = holders is null ? null : Describe(flow, end, holders);
        bool isAccepted = user.IsNobody && end.IsInherited;
        if (!owner.IsNobody && !(isAccepted && holders?.Holders.Chosen is not null) && _register.FindProcess(owner) is { } process)
        {
            OwnerEvidence evidence = isAccepted ? OwnerEvidence.ListeningSocket : OwnerEvidence.KernelFeed;
            return new OwnerMatch(TrafficCategory.Process, evidence, socket, new SocketHolder(process, flow.FirstSeen));
        }

        if (holders?.Holders.Chosen is { } holder)
        {
            OwnerEvidence evidence =
                end.IsListener ? OwnerEvidence.ListeningSocket
                : end.IsConnected ? OwnerEvidence.ExactTuple
                : OwnerEvidence.BoundAddress;
            evidence |= holders.Holders.All.Count > 1 ? OwnerEvidence.SharedSocket : OwnerEvidence.None;
            return new OwnerMatch(TrafficCategory.Process, evidence, socket, holder);
        }

        // The kernel's own sockets (ICMP, resets, tunnels) are made past the hooks, are in nobody's descriptors and not connected.
        bool isKernel = owner.IsNobody && !end.IsConnected && !end.IsListener && _register.KnowsHolders;
        return new OwnerMatch(isKernel ? TrafficCategory.Kernel : TrafficCategory.NoHolder, OwnerEvidence.None);
    }

    private long? NamespaceOf(SocketCounters end, OwnerMatch match) =>
        end.NetworkNamespace != 0 ? end.NetworkNamespace
        : _register.FindNamespace(end.Cookie) is not 0 and uint known ? known
        : _register.FindHolders(end.Cookie) is { NetworkNamespace: not 0 } holders ? holders.NetworkNamespace
        : match.Owner?.Process.NetworkNamespace;

    private static KnownSocket Describe(in FlowCounters flow, SocketCounters end, SocketEndHolders holders) =>
        new(
            new SocketObservation(
                holders.NetworkNamespace,
                flow.FirstSeen,
                new SocketRow
                {
                    Protocol = (TransportProtocol)flow.Key.Protocol,
                    Family = AddressFamily.Unspecified,
                    Local = end.LocalIsLow ? flow.Key.Low : flow.Key.High,
                    LocalPort = end.LocalIsLow ? flow.Key.LowPort : flow.Key.HighPort,
                    Remote = end.LocalIsLow ? flow.Key.High : flow.Key.Low,
                    RemotePort = end.LocalIsLow ? flow.Key.HighPort : flow.Key.LowPort,
                    Inode = holders.Holders.Inode,
                    Cookie = end.Cookie,
                }
            )
        )
        {
            Holders = holders.Holders,
        };
}
