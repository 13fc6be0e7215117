using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// Who owns an endpoint of a conversation, by what was seen of sockets: the order in which the kernel itself would look
/// (inet_lookup, udp4_lib_lookup, raw_v4_input), each step with its evidence. Pure: the same knowledge gives the same answer.
/// </summary>
internal static class OwnerRules
{
    // A look is taken a little after the packet that prompted it, and the packet a little after the socket was made.
    private const long SlackMicroseconds = 200_000;

    // A 5-tuple of TCP's does not come back unseen: who uses it again sends a SYN. A look may be late on a busy machine.
    private const long ConnectionSlackMicroseconds = 2_000_000;

    // The kernel counts a packet at the socket some microseconds before (or after) it stamps it at the interface.
    private const long UseSlackMicroseconds = 10_000;

    // More than any time that passes; and more than that.
    private const long ShownByTable = 1L << 59;
    private const long AnotherConnection = 1L << 60;
    private const byte Igmp = 2;

    /// <summary>Finds the owner.</summary>
    public static OwnerMatch Match(in EndpointQuery end, SocketRegister register)
    {
        var protocol = (TransportProtocol)end.Protocol;
        return end.Protocol switch
        {
            IPProtocol.Icmp or IPProtocol.IcmpV6 => MatchIcmp(end, protocol, register),
            Igmp => MatchUsed(end, protocol, register)
                ?? MatchRaw(end, register)
                ?? new OwnerMatch(TrafficCategory.Kernel, OwnerEvidence.None),
            IPProtocol.Tcp
            or IPProtocol.Udp
            or (byte)TransportProtocol.UdpLite
            or (byte)TransportProtocol.Sctp
            or (byte)TransportProtocol.Dccp => MatchPorts(end, protocol, register),
            _ => MatchUsed(end, protocol, register) ?? MatchRaw(end, register) ?? Missing(end, register),
        };
    }

    /// <summary>Who the kernel saw send or receive exactly this, by a raw socket of whatever protocol.</summary>
    private static OwnerMatch? MatchUsed(in EndpointQuery end, TransportProtocol protocol, SocketRegister register) =>
        Best(FindExact(end, protocol, end.RemotePort, register), end, OwnerEvidence.RawSocket, out _);

    private static OwnerMatch MatchPorts(in EndpointQuery end, TransportProtocol protocol, SocketRegister register)
    {
        OwnerMatch? exact = Best(FindExact(end, protocol, end.RemotePort, register), end, OwnerEvidence.ExactTuple, out bool wasThere);
        if (exact is { } found && found.Owner is not null)
        {
            return found;
        }

        IReadOnlyList<KnownSocket> unconnected = FindUnconnected(end, protocol, end.LocalPort, register);
        if (end.Protocol == IPProtocol.Tcp)
        {
            return exact ?? MatchListener(end, unconnected, wasThere, register);
        }

        return exact
            ?? MatchAnswer(end, unconnected, register)
            ?? Best(Where(unconnected, end, static (socket, e) => socket.Local == e.Local), end, OwnerEvidence.BoundAddress, out _)
            ?? Best(Where(unconnected, end, TakesAnyAddress), end, OwnerEvidence.WildcardBind, out _)
            ?? Best(FindNamingAnother(end, register), end, OwnerEvidence.BoundAddress, out _)
            ?? MatchRaw(end, register)
            ?? (wasThere ? new OwnerMatch(TrafficCategory.SocketGone, OwnerEvidence.None) : Missing(end, register));
    }

    private static int CountThoseThatTake(in EndpointQuery end, IReadOnlyList<KnownSocket> unconnected)
    {
        int count = 0;
        foreach (KnownSocket socket in unconnected)
        {
            count += WasAlive(socket, end) && TakesDevice(socket, end) ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Of several sockets that share a port (SO_REUSEPORT) the one that the kernel itself chose for the conversation. That it is a
    /// choice is said all the same.
    /// </summary>
    private static OwnerMatch? MatchAnswer(in EndpointQuery end, IReadOnlyList<KnownSocket> unconnected, SocketRegister register)
    {
        if (
            CountThoseThatTake(end, unconnected) < 2
            || end.Protocol != IPProtocol.Udp
            || register.FindAnswer(end.NetworkNamespace, new FiveTuple(end.Protocol, end.Local, end.LocalPort, end.Remote, end.RemotePort))
                is not { Use: null } answer
            || !unconnected.Contains(answer)
            || !WasAlive(answer, end)
            || !TakesDevice(answer, end)
            || MatchOf(answer, end, answer.Local == end.Local ? OwnerEvidence.BoundAddress : OwnerEvidence.WildcardBind)
                is not { Owner: not null } match
        )
        {
            return null;
        }

        return match with
        {
            Evidence = match.Evidence | OwnerEvidence.SharedSocket,
        };
    }

    /// <summary>A connected socket takes nothing from others than its peer, but may send to them (sendto(2)).</summary>
    private static List<KnownSocket> FindNamingAnother(in EndpointQuery end, SocketRegister register) =>
        end.Protocol == IPProtocol.Udp && end.IsOpener && !end.IsGroup
            ? Where(register.FindConnectedUdp(end.NetworkNamespace, end.LocalPort), end, static (socket, e) => socket.Local == e.Local)
            : [];

    private static OwnerMatch MatchListener(
        in EndpointQuery end,
        IReadOnlyList<KnownSocket> unconnected,
        bool wasThere,
        SocketRegister register
    )
    {
        // Only the end that was called can belong to a listener.
        if (!end.IsOpener)
        {
            OwnerMatch? listener =
                Best(
                    Where(unconnected, end, static (socket, e) => socket.State == ConnectionState.Listen && socket.Local == e.Local),
                    end,
                    OwnerEvidence.ListeningSocket,
                    out _
                )
                ?? Best(
                    Where(unconnected, end, static (socket, e) => socket.State == ConnectionState.Listen && TakesAnyAddress(socket, e)),
                    end,
                    OwnerEvidence.ListeningSocket,
                    out _
                );
            if (listener is { } found)
            {
                return found;
            }
        }

        return wasThere ? new OwnerMatch(TrafficCategory.SocketGone, OwnerEvidence.None) : Missing(end, register);
    }

    private static OwnerMatch MatchIcmp(in EndpointQuery end, TransportProtocol protocol, SocketRegister register)
    {
        if (end.LocalPort == 0)
        {
            // Errors, neighbour discovery, router advertisements: the kernel's, unless somebody listens raw (which does not make it his).
            return new OwnerMatch(TrafficCategory.Kernel, OwnerEvidence.None);
        }

        if (!end.IsOpener)
        {
            // Somebody else's echo: the kernel answers it.
            return new OwnerMatch(TrafficCategory.Kernel, OwnerEvidence.None);
        }

        IReadOnlyList<KnownSocket> sockets = FindUnconnected(end, protocol, end.LocalPort, register);
        return Best(FindExact(end, protocol, 0, register), end, OwnerEvidence.ExactTuple, out _)
            ?? Best(Where(sockets, end, static (socket, e) => socket.Local == e.Local), end, OwnerEvidence.BoundAddress, out _)
            ?? Best(Where(sockets, end, TakesAnyAddress), end, OwnerEvidence.BoundAddress, out _)
            ?? MatchRaw(end, register)
            ?? Missing(end, register);
    }

    private static OwnerMatch? MatchRaw(in EndpointQuery end, SocketRegister register)
    {
        // Protocol 255 (IPPROTO_RAW) only sends, whatever protocol it likes: it is tried after the protocol's own.
        IReadOnlyList<KnownSocket> own = FindUnconnected(end, TransportProtocol.Raw, end.Protocol, register);
        OwnerMatch? match = Best(Where(own, end, TakesAddress), end, OwnerEvidence.RawSocket, out _);
        if (match is null && end.IsOpener && end.Protocol is not (IPProtocol.Tcp or IPProtocol.Udp))
        {
            IReadOnlyList<KnownSocket> any = FindUnconnected(end, TransportProtocol.Raw, (byte)TransportProtocol.Raw, register);
            match = Best(Where(any, end, TakesAddress), end, OwnerEvidence.RawSocket, out _);
        }

        return match;
    }

    private static OwnerMatch Missing(in EndpointQuery end, SocketRegister register)
    {
        if (!end.SentOnlyResets && MatchPacketSender(end, register) is { } sender)
        {
            return sender;
        }

        if (end.IsGroup)
        {
            return new OwnerMatch(TrafficCategory.Multicast, OwnerEvidence.None);
        }

        // Resets to a port that nobody listens on; and what has no ports and no raw socket is the kernel's own (tunnels, IPsec).
        bool isKernel = end.SentOnlyResets || !((TransportProtocol)end.Protocol).HasPorts();
        return new OwnerMatch(isKernel ? TrafficCategory.Kernel : TrafficCategory.NoSocket, OwnerEvidence.None);
    }

    /// <summary>
    /// Who sent what no socket of its protocol sent: frames of a packet socket (a DHCP client, a scanner) look like anybody's. One that
    /// sent at that time, and as much at least, is likely it; of several that did the one that sent most, and the evidence says that it is
    /// a choice.
    /// </summary>
    private static OwnerMatch? MatchPacketSender(in EndpointQuery end, SocketRegister register)
    {
        SocketUse? best = null;
        bool isShared = false;
        foreach (SocketUse use in end.SentBytes > 0 ? register.PacketSenders : [])
        {
            if (
                use.Socket.NetworkNamespace == end.NetworkNamespace
                && use.SentBytes >= end.SentBytes
                && use.Socket.SeenAt <= end.From + UseSlackMicroseconds
                && use.LastSeen >= end.From - UseSlackMicroseconds
            )
            {
                isShared |= best is { } other && other.Owner.Process.Key != use.Owner.Process.Key;
                best = best is null || use.SentBytes > best.Value.SentBytes ? use : best;
            }
        }

        return best is { } found
            ? new OwnerMatch(
                TrafficCategory.Process,
                isShared ? OwnerEvidence.RawSocket | OwnerEvidence.SharedSocket : OwnerEvidence.RawSocket,
                null,
                found.Owner
            )
            : null;
    }

    /// <summary>
    /// The socket that was alive with the conversation. Of several that were, one after the other, the one first seen nearest to the
    /// conversation's beginning: a later user of the same addresses gets nothing of the earlier one's.
    /// </summary>
    /// <param name="candidates">Sockets that fit by address, the oldest first.</param>
    /// <param name="end">The end.</param>
    /// <param name="evidence">What a match of them is worth.</param>
    /// <param name="wasThere">Whether one was seen at the right time, if only without an inode.</param>
    private static OwnerMatch? Best(IReadOnlyList<KnownSocket> candidates, in EndpointQuery end, OwnerEvidence evidence, out bool wasThere)
    {
        if (end.Protocol != IPProtocol.Tcp && BestUser(candidates, end) is { } user)
        {
            wasThere = true;
            return user;
        }

        wasThere = false;
        OwnerMatch? best = null;
        long nearest = long.MaxValue;
        int groupSize = 0;
        for (int i = candidates.Count - 1; i >= 0; i--)
        {
            KnownSocket socket = candidates[i];
            if (!WasAlive(socket, end) || !TakesDevice(socket, end))
            {
                continue;
            }

            wasThere = true;
            if (MatchOf(socket, end, evidence) is not { } match)
            {
                continue;
            }

            groupSize++;
            long distance = Distance(socket, end);
            if (distance < nearest || (distance == nearest && best is { Owner: null }))
            {
                (best, nearest) = (match, distance);
            }
        }

        // Several sockets on one port (SO_REUSEPORT, multicast): one gets the bytes, and the evidence says that it shares.
        return best is { Owner: not null, Socket.Use: null } found && groupSize > 1 && evidence != OwnerEvidence.ExactTuple
            ? found with
            {
                Evidence = found.Evidence | OwnerEvidence.SharedSocket,
            }
            : best;
    }

    /// <summary>
    /// Of several sockets whose use the kernel saw during a conversation without connections (SO_REUSEPORT, multicast, raw ones, one port
    /// after the other): the one with the best claim, and whether the others' is of the same kind. Null where there is no choice.
    /// </summary>
    private static OwnerMatch? BestUser(IReadOnlyList<KnownSocket> candidates, in EndpointQuery end)
    {
        KnownSocket? best = null;
        bool isShared = false;
        int users = 0;
        for (int i = candidates.Count - 1; i >= 0; i--)
        {
            KnownSocket socket = candidates[i];
            if (socket.Use is not { } use || !TakesDevice(socket, end) || !WasUsed(socket, end))
            {
                continue;
            }

            users++;
            if (best?.Use is not { } known)
            {
                best = socket;
                continue;
            }

            // Whom one outweighs by its kind has no part in it.
            isShared = use.Rivals(known) || (isShared && !(use.Sends && !known.Sends));
            best = use.Outweighs(known) ? socket : best;
        }

        return users > 1 && best is { Use: { } winner }
            ? new OwnerMatch(
                TrafficCategory.Process,
                isShared ? winner.Evidence | OwnerEvidence.SharedSocket : winner.Evidence,
                best,
                winner.Owner
            )
            : null;
    }

    /// <summary>Whether a socket whose use the kernel saw was used during a conversation.</summary>
    public static bool WasUsed(KnownSocket socket, in EndpointQuery end) =>
        socket.LastSeen >= end.From - UseSlackMicroseconds && socket.FirstSeen <= end.To + UseSlackMicroseconds;

    /// <summary>How badly a socket fits a conversation by the time when it was first seen.</summary>
    private static long Distance(KnownSocket socket, in EndpointQuery end)
    {
        // What the kernel itself told of a socket's use goes before what tables showed.
        long rank = socket.Use is null ? ShownByTable : 0;

        // Seen before the handshake, it is another connection's, unless there is no better.
        bool isOfAnother = end.BeganWithSyn && socket.IsConnected && socket.FirstSeen < end.From - UseSlackMicroseconds;
        return Math.Abs(socket.FirstSeen - end.From) + rank + (isOfAnother ? AnotherConnection : 0);
    }

    /// <summary>What a socket that was alive with the conversation says of its owner; null where it says nothing.</summary>
    private static OwnerMatch? MatchOf(KnownSocket socket, in EndpointQuery end, OwnerEvidence evidence)
    {
        if (socket.Use is { } use)
        {
            return new OwnerMatch(TrafficCategory.Process, use.Evidence, socket, use.Owner);
        }

        if (socket.Holders is not { } holders)
        {
            return null;
        }

        if (holders.Chosen is not { } owner)
        {
            return new OwnerMatch(
                IsKernels(socket, holders) ? TrafficCategory.Kernel : TrafficCategory.NoHolder,
                OwnerEvidence.None,
                socket
            );
        }

        if (owner.Process.StartedAt > end.LastPacket)
        {
            // It started after the last packet: it cannot have been its owner.
            return null;
        }

        return new OwnerMatch(
            TrafficCategory.Process,
            holders.All.Count > 1 || holders.WasHandedOn ? evidence | OwnerEvidence.SharedSocket : evidence,
            socket,
            owner
        );
    }

    // What was not seen from here on, or only after, is nothing to WasAlive: of a 5-tuple or a port with many sockets only a few are left
    // to ask.
    private static IReadOnlyList<KnownSocket> FindExact(
        in EndpointQuery end,
        TransportProtocol protocol,
        ushort remotePort,
        SocketRegister register
    ) =>
        register.FindExact(
            end.NetworkNamespace,
            protocol,
            end.Local,
            end.LocalPort,
            end.Remote,
            remotePort,
            end.From - SlackMicroseconds,
            LatestFirstObservation(end)
        );

    private static IReadOnlyList<KnownSocket> FindUnconnected(
        in EndpointQuery end,
        TransportProtocol protocol,
        ushort port,
        SocketRegister register
    ) => register.FindUnconnected(end.NetworkNamespace, protocol, port, end.From - SlackMicroseconds, LatestFirstObservation(end));

    private static long LatestFirstObservation(in EndpointQuery end) =>
        Math.Min(
            end.To + (end.Protocol == IPProtocol.Tcp ? ConnectionSlackMicroseconds : SlackMicroseconds),
            end.ReplacedAt - 1 ?? long.MaxValue
        );

    private static bool WasAlive(KnownSocket socket, in EndpointQuery end)
    {
        long from = end.BeganWithSyn ? end.From - SlackMicroseconds : end.From;
        if (socket.State == ConnectionState.Listen || !socket.IsConnected)
        {
            from = end.From - SlackMicroseconds;
        }
        else if (socket.Use is not null)
        {
            from = Math.Min(from, end.From - UseSlackMicroseconds);
        }

        if (socket.IsConnected && end.ReplacesAnother && socket.FirstSeen < end.From - UseSlackMicroseconds)
        {
            return false;
        }

        long slack = socket.IsConnected && end.Protocol == IPProtocol.Tcp ? ConnectionSlackMicroseconds : SlackMicroseconds;
        return socket.LastSeen >= from && !(socket.FirstSeen >= end.ReplacedAt) && socket.FirstSeen <= end.To + slack;
    }

    /// <summary>Whether it is bound to no device, or to one that the packets may have come by.</summary>
    private static bool TakesDevice(KnownSocket socket, in EndpointQuery end) =>
        socket.InterfaceIndex == 0
        || socket.Use is not null
        || end.View is null
        || end.View.MayBeBound(end.NetworkNamespace, end.Local, end.ShownOn, socket.InterfaceIndex);

    /// <summary>
    /// Whether the kernel itself holds a socket (VXLAN, Geneve, WireGuard, NFS): all processes were read and none had it, and it was open
    /// still when they had been.
    /// </summary>
    private static bool IsKernels(KnownSocket socket, SocketHolders holders) =>
        holders.NobodyOfAllUntil != 0 && socket.LastSeenOpen > holders.NobodyOfAllUntil;

    private static List<KnownSocket> Where(
        IReadOnlyList<KnownSocket> sockets,
        in EndpointQuery end,
        Func<KnownSocket, EndpointQuery, bool> fits
    )
    {
        List<KnownSocket> found = [];
        foreach (KnownSocket socket in sockets)
        {
            if (fits(socket, end))
            {
                found.Add(socket);
            }
        }

        return found;
    }

    private static bool TakesAddress(KnownSocket socket, EndpointQuery end) =>
        (socket.Local == end.Local || TakesAnyAddress(socket, end)) && (socket.Remote.IsAny || socket.Remote == end.Remote);

    /// <summary>Whether a socket is bound to every address and takes this family: <c>::</c> takes IPv4 too unless it refuses.</summary>
    private static bool TakesAnyAddress(KnownSocket socket, EndpointQuery end)
    {
        if (!socket.Local.IsAny)
        {
            return false;
        }

        return end.Local.IsIPv4
            ? socket.Family == AddressFamily.InterNetwork || (socket.Local == AddressValue.AnyIPv6 && !socket.IPv6Only)
            : socket.Family == AddressFamily.InterNetworkV6;
    }
}
