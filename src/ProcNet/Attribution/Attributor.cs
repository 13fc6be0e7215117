using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>
/// Joins flows, sockets and processes: every entry of a snapshot becomes one row, or two where both its ends are local.
/// Pure: an old snapshot can be joined again with what is known by now.
/// </summary>
internal static class Attributor
{
    private const int IPv4ResetBytes = 40;
    private const int IPv6ResetBytes = 60;
    private const long HandshakeMicroseconds = 10_000;

    /// <summary>Attributes a snapshot.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="register">What is known of sockets and their holders.</param>
    /// <param name="view">Which addresses are local, and how interfaces relate.</param>
    /// <param name="translations">What is known of translated addresses; null for nothing.</param>
    /// <param name="cancellation">Ends it between two rows.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static List<AttributedFlow> Attribute(
        FlowSnapshot snapshot,
        SocketRegister register,
        NetworkView view,
        AddressTranslations? translations = null,
        CancellationToken cancellation = default
    )
    {
        var world = new AttributionWorld(register, view, translations, snapshot);
        ReadOnlySpan<FlowCounters> flows = snapshot.Flows.Span;
        Dictionary<(FlowKey, int), long> nextGenerations = FindNextGenerations(flows);
        var rows = new List<AttributedFlow>(flows.Length);
        for (int place = 0; place < flows.Length; place++)
        {
            cancellation.ThrowIfCancellationRequested();
            ref readonly FlowCounters flow = ref flows[place];
            if (flow.TotalPackets == 0)
            {
                continue;
            }

            FlowCounters counted = flow;
            if (flow.Key.Kind is FlowKind.Conversation or FlowKind.Fragment)
            {
                AccountDuplicates(rows, ref counted, place, world);
            }

            if (counted.TotalPackets == 0)
            {
                continue;
            }

            if (flow.Key.Kind != FlowKind.Conversation)
            {
                rows.Add(Special(counted, world.View));
                continue;
            }

            long? replacedAt = nextGenerations.TryGetValue((flow.Key, flow.Generation), out long next) ? next : null;
            AddConversation(rows, flow, counted, EndOf(flow, replacedAt, snapshot), replacedAt, world);
        }

        return rows;
    }

    /// <summary>Accounts for the directions that another interface's observation counts, and takes them out of the entry.</summary>
    private static void AccountDuplicates(List<AttributedFlow> rows, ref FlowCounters flow, int place, AttributionWorld world)
    {
        if (world.ObservationPoints is not { } observations)
        {
            return;
        }

        foreach (bool sentByLow in (ReadOnlySpan<bool>)[true, false])
        {
            if ((sentByLow ? flow.LowPackets : flow.HighPackets) == 0 || observations.CountedElsewhere(place, sentByLow) is not { } slot)
            {
                continue;
            }

            FlowCounters seenAgain = flow;
            seenAgain.Clear(sentByLow: !sentByLow);
            flow.Clear(sentByLow);

            AddDuplicate(rows, seenAgain, slot, world.View);
        }
    }

    private static void AddDuplicate(List<AttributedFlow> rows, in FlowCounters flow, ushort countedOn, NetworkView view)
    {
        if (
            rows.Count > 0
            && rows[^1] is { Match.Category: TrafficCategory.Duplicate } last
            && last.Key.Equals(flow.Key)
            && last.Generation == flow.Generation
            && last.CountedOn == countedOn
        )
        {
            // The other direction of the same entry.
            AttributedFlow more = AttributedFlow.Of(flow, last.LocalIsLow, false, last.NetworkNamespace, last.Match);
            rows[^1] = last with
            {
                SentBytes = last.SentBytes + more.SentBytes,
                ReceivedBytes = last.ReceivedBytes + more.ReceivedBytes,
                SentPackets = last.SentPackets + more.SentPackets,
                ReceivedPackets = last.ReceivedPackets + more.ReceivedPackets,
            };
            return;
        }

        bool lowIsLocal = view.TryFindNamespace(flow.Key.Low, out long lowNamespace);
        bool highIsLocal = view.TryFindNamespace(flow.Key.High, out long highNamespace);
        bool localIsLow = lowIsLocal || (!highIsLocal && (flow.Flags & FlowFlags.LowSentFirst) != 0);
        rows.Add(
            AttributedFlow.Of(
                flow,
                localIsLow,
                false,
                lowIsLocal ? lowNamespace
                    : highIsLocal ? highNamespace
                    : null,
                new OwnerMatch(TrafficCategory.Duplicate, OwnerEvidence.None)
            ) with
            {
                CountedOn = countedOn,
            }
        );
    }

    private static void AddConversation(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        in FlowCounters counted,
        long to,
        long? replacedAt,
        AttributionWorld world
    )
    {
        NetworkView view = world.View;
        IReadOnlyList<long> low = FindNamespaces(flow, true, to, replacedAt, world);
        IReadOnlyList<long> high = FindNamespaces(flow, false, to, replacedAt, world);
        if (low.Count > 0 || high.Count > 0)
        {
            if (low.Count > 0)
            {
                AddEndpoint(rows, flow, counted, true, false, low, to, replacedAt, world);
            }

            if (high.Count > 0)
            {
                AddEndpoint(rows, flow, counted, false, low.Count > 0, high, to, replacedAt, world);
            }
            else if (view.IsGroup(low.Count > 0 ? flow.Key.High : flow.Key.Low))
            {
                // This host's own members of the group have copies.
                AddMembersOrOwner(rows, flow, counted, groupIsLow: low.Count == 0, low.Count > 0 ? low : high, to, replacedAt, world);
            }

            return;
        }

        // Sent to a group by somebody else: local sockets may take it.
        bool lowIsGroup = view.IsGroup(flow.Key.Low);
        if (lowIsGroup || view.IsGroup(flow.Key.High))
        {
            if (!AddMembers(rows, flow, counted, lowIsGroup, isSecondView: false, to, replacedAt, world))
            {
                rows.Add(
                    AttributedFlow.Of(
                        counted,
                        lowIsGroup,
                        false,
                        view.CaptureNamespace,
                        OwnerRules.Match(End(flow, lowIsGroup, view.CaptureNamespace, to, replacedAt, isGroup: true, world), world.Register)
                    )
                );
            }

            return;
        }

        bool lowIsFirst = (flow.Flags & FlowFlags.LowSentFirst) != 0;
        rows.Add(AttributedFlow.Of(counted, lowIsFirst, false, null, new OwnerMatch(TrafficCategory.Forwarded, OwnerEvidence.None)));
    }

    /// <summary>
    /// The namespaces of which an endpoint may be: those that have its address and can be reached from where its packets were shown; and,
    /// whatever addresses say (local routes, transparent sockets, an address that has gone), those where exactly this socket was seen with
    /// its owner.
    /// </summary>
    private static IReadOnlyList<long> FindNamespaces(
        in FlowCounters flow,
        bool localIsLow,
        long to,
        long? replacedAt,
        AttributionWorld world
    )
    {
        AddressValue address = localIsLow ? flow.Key.Low : flow.Key.High;
        if (address.IsAny && (flow.Flags & (localIsLow ? FlowFlags.LowSentFromHere : FlowFlags.HighSentFromHere)) != 0)
        {
            // Who has no address yet (DHCP, duplicate address detection); nobody passes such packets on.
            return [world.View.CaptureNamespace];
        }

        IReadOnlyList<long> byAddress = world.View.FindNamespaces(address, flow.FirstSeen);
        if ((byAddress.Count == 1 && byAddress[0] == world.View.CaptureNamespace) || world.View.IsGroup(address))
        {
            return byAddress;
        }

        return FindNamespaces(
            End(flow, localIsLow, world.View.CaptureNamespace, to, replacedAt, isGroup: false, world),
            ShownEnd(flow.Key, localIsLow),
            byAddress,
            world.IndexOf(flow.Key),
            world
        );
    }

    /// <summary>The same for any endpoint.</summary>
    /// <param name="end">The endpoint, in whatever namespace.</param>
    /// <param name="tuple">Its 5-tuple.</param>
    /// <param name="byAddress">The namespaces that have its address.</param>
    /// <param name="shownOn">The index of the interface that showed it; 0 for any.</param>
    /// <param name="world">What is known.</param>
    private static List<long> FindNamespaces(
        in EndpointQuery end,
        in FiveTuple tuple,
        IReadOnlyList<long> byAddress,
        int shownOn,
        AttributionWorld world
    )
    {
        List<long>? found = null;
        for (SocketList? sockets = world.Register.FindAnywhere(tuple); sockets is not null; sockets = sockets.Next)
        {
            long networkNamespace = sockets.NetworkNamespace;
            if (
                world.MayClaim(sockets, shownOn, tuple.Local)
                && IsExact(OwnerRules.Match(end with { NetworkNamespace = networkNamespace }, world.Register))
            )
            {
                // Where the interface leads directly, the packets come from there. Else a transparent proxy of the captured one takes what
                // is meant for others.
                found ??= [];
                bool isNearest = networkNamespace != world.View.CaptureNamespace && world.View.Reach.Reaches(shownOn, networkNamespace);
                found.Insert(
                    isNearest ? 0
                        : networkNamespace == world.View.CaptureNamespace ? found.Count(nearer => world.View.Reach.Reaches(shownOn, nearer))
                        : found.Count,
                    networkNamespace
                );
            }
        }

        foreach (long networkNamespace in byAddress)
        {
            if (found?.Contains(networkNamespace) != true && world.View.CanReach(shownOn, tuple.Local, networkNamespace))
            {
                (found ??= []).Add(networkNamespace);
            }
        }

        return found ?? [];
    }

    /// <summary>Whether the kernel named the owner, or a socket with exactly this 5-tuple did.</summary>
    private static bool IsExact(in OwnerMatch match) =>
        match.Owner is not null && (match.Evidence & (OwnerEvidence.KernelFeed | OwnerEvidence.ExactTuple)) != 0;

    /// <summary>
    /// Adds an endpoint's row; where several processes used its socket, a row for each, by the kernel's own counts of what each
    /// sent and received.
    /// </summary>
    private static void AddLocal(List<AttributedFlow> rows, AttributedFlow row, in EndpointQuery end, AttributionWorld world)
    {
        if ((row.Match.Evidence & OwnerEvidence.KernelFeed) == 0 || row.Match.Socket is not { } socket || row.Match.Owner is not { } chosen)
        {
            rows.Add(row);
            return;
        }

        IReadOnlyList<SocketUser> users =
            end.Protocol == IPProtocol.Udp
                ? FindUsers(end with { NetworkNamespace = socket.NetworkNamespace }, world.Register)
                : socket.Users;
        AttributedFlow left = row;
        SocketUser all = default;
        foreach (SocketUser user in users)
        {
            all = all.Plus(user);
        }

        foreach (SocketUser user in users)
        {
            if (users.Count > 1 && user.Owner.Process.Key != chosen.Process.Key)
            {
                AttributedFlow part = row with
                {
                    SentBytes = Share(row.SentBytes, user.SentBytes, all.SentBytes),
                    ReceivedBytes = Share(row.ReceivedBytes, user.ReceivedBytes, all.ReceivedBytes),
                    SentPackets = Share(row.SentPackets, user.SentPackets, all.SentPackets),
                    ReceivedPackets = Share(row.ReceivedPackets, user.ReceivedPackets, all.ReceivedPackets),
                    Match = row.Match with { Owner = user.Owner },
                };
                if (part.SentPackets + part.ReceivedPackets > 0)
                {
                    rows.Add(part);
                    left = left.Minus(part);
                }
            }
        }

        if (left.SentPackets + left.ReceivedPackets > 0 || left.TotalBytes > 0)
        {
            rows.Add(left);
        }
    }

    /// <summary>
    /// The processes that the kernel saw use a conversation of datagrams, whose sockets may be several, together or one after the
    /// other.
    /// </summary>
    private static List<SocketUser> FindUsers(in EndpointQuery end, SocketRegister register)
    {
        List<SocketUser> users = [];
        foreach (
            KnownSocket socket in register.FindExact(
                end.NetworkNamespace,
                TransportProtocol.Udp,
                end.Local,
                end.LocalPort,
                end.Remote,
                end.RemotePort
            )
        )
        {
            if (socket.Use is not { IsSeen: true } || !OwnerRules.WasUsed(socket, end))
            {
                continue;
            }

            foreach (SocketUser user in socket.Users)
            {
                int known = users.FindIndex(other => other.Owner.Process.Key == user.Owner.Process.Key);
                if (known < 0)
                {
                    users.Add(user);
                }
                else
                {
                    users[known] = users[known].Plus(user);
                }
            }
        }

        return users;
    }

    private static long Share(long counted, long part, long all) => all <= 0 ? 0 : (long)((Int128)counted * part / all);

    /// <summary>
    /// Adds those that take what was sent to a group: by the kernel's word, else, of what a sender in another namespace sent, whoever has a
    /// socket for it here.
    /// </summary>
    private static void AddMembersOrOwner(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        in FlowCounters counted,
        bool groupIsLow,
        IReadOnlyList<long> senders,
        long to,
        long? replacedAt,
        AttributionWorld world
    )
    {
        long here = world.View.CaptureNamespace;
        if (
            !AddMembers(rows, flow, counted, groupIsLow, isSecondView: true, to, replacedAt, world)
            && !senders.Contains(here)
            && OwnerRules.Match(End(flow, groupIsLow, here, to, replacedAt, isGroup: true, world), world.Register)
                is { Owner: not null } match
        )
        {
            rows.Add(AttributedFlow.Of(counted, groupIsLow, true, here, match));
        }
    }

    /// <summary>
    /// Adds a row for each process that the kernel saw take what was sent to a group. The first of them is a view of its own,
    /// unless the sender's is.
    /// </summary>
    /// <returns>Whether there was any.</returns>
    private static bool AddMembers(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        in FlowCounters counted,
        bool groupIsLow,
        bool isSecondView,
        long to,
        long? replacedAt,
        AttributionWorld world
    )
    {
        AddressValue group = groupIsLow ? flow.Key.Low : flow.Key.High;
        var seen = new HashSet<ProcessKey>();
        for (SocketList? sockets = world.Register.FindAnywhere(ShownEnd(flow.Key, groupIsLow)); sockets is not null; sockets = sockets.Next)
        {
            if (!world.MayClaim(sockets, world.IndexOf(flow.Key), group))
            {
                continue;
            }

            EndpointQuery end = End(flow, groupIsLow, sockets.NetworkNamespace, to, replacedAt, isGroup: true, world);
            foreach (KnownSocket socket in sockets.All)
            {
                if (
                    socket.Use is { } use
                    && use.Bytes > use.SentBytes
                    && OwnerRules.WasUsed(socket, end)
                    && seen.Add(use.Owner.Process.Key)
                )
                {
                    OwnerEvidence evidence =
                        sockets.NetworkNamespace == world.View.CaptureNamespace
                            ? use.Evidence
                            : use.Evidence | OwnerEvidence.OtherNamespace;
                    rows.Add(
                        AttributedFlow.Of(
                            counted,
                            groupIsLow,
                            isSecondView || seen.Count > 1,
                            sockets.NetworkNamespace,
                            new OwnerMatch(TrafficCategory.Process, evidence, socket, use.Owner)
                        )
                    );
                }
            }
        }

        return seen.Count > 0;
    }

    /// <summary>Adds the row, or rows, of one endpoint.</summary>
    private static void AddEndpoint(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        in FlowCounters counted,
        bool localIsLow,
        bool isSecondView,
        IReadOnlyList<long> namespaces,
        long to,
        long? replacedAt,
        AttributionWorld world
    )
    {
        EndpointQuery end = End(flow, localIsLow, namespaces[0], to, replacedAt, isGroup: false, world);
        OwnerMatch match = MatchIn(namespaces, end, world, out long networkNamespace);
        if (
            !IsExact(match)
            && world.Translations is { } translations
            && translations.TryFind(ShownEnd(flow.Key, localIsLow), out FiveTuple behind)
        )
        {
            AddTranslated(rows, flow, counted, localIsLow, isSecondView, end, behind, world);
            return;
        }

        AttributedFlow row = AttributedFlow.Of(counted, localIsLow, isSecondView, networkNamespace, match) with
        {
            MayBeTranslated = match.Category == TrafficCategory.NoSocket && world.Translations is { Unreadable: not null },
        };
        AddLocal(rows, row, end, world);
    }

    /// <summary>
    /// An endpoint behind a translation: its packets are counted where they were seen before it, each direction by itself (a bridge may
    /// show one half translated, br_netfilter), else its owner is found there.
    /// </summary>
    private static void AddTranslated(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        in FlowCounters counted,
        bool localIsLow,
        bool isSecondView,
        in EndpointQuery end,
        in FiveTuple behind,
        AttributionWorld world
    )
    {
        EndpointQuery original = end with
        {
            Local = behind.Local,
            LocalPort = behind.LocalPort,
            Remote = behind.Remote,
            RemotePort = behind.RemotePort,

            // Shown half translated, it may be only the answers: the conversation began before them.
            From = end.From - HandshakeMicroseconds,
        };
        IReadOnlyList<long> byAddress = world.View.FindNamespaces(behind.Local, flow.FirstSeen);
        List<long> namespaces = FindNamespaces(original, behind, byAddress, 0, world);
        long? first = namespaces.Count > 0 ? namespaces[0] : null;
        ushort? sentOn = FindOtherObservation(flow, behind, true, world);
        ushort? receivedOn = FindOtherObservation(flow, behind, false, world);
        FlowCounters left = counted;
        if (sentOn == receivedOn)
        {
            AddAgain(ref left, both: true, sentByLow: true, sentOn);
        }
        else
        {
            AddAgain(ref left, both: false, sentByLow: localIsLow, sentOn);
            AddAgain(ref left, both: false, sentByLow: !localIsLow, receivedOn);
        }

        if (left.TotalPackets == 0)
        {
            return;
        }

        if (namespaces.Count == 0)
        {
            // A router that masquerades: whoever it is for is another machine.
            rows.Add(
                AttributedFlow.Of(left, localIsLow, isSecondView, null, new OwnerMatch(TrafficCategory.Forwarded, OwnerEvidence.Translated))
            );
            return;
        }

        OwnerMatch match = MatchIn(namespaces, original, world, out long networkNamespace);
        AttributedFlow row = AttributedFlow.Of(
            left,
            localIsLow,
            isSecondView,
            networkNamespace,
            match with
            {
                Evidence = match.Evidence | OwnerEvidence.Translated,
            }
        );
        AddLocal(rows, row, original with { NetworkNamespace = networkNamespace }, world);

        void AddAgain(ref FlowCounters left, bool both, bool sentByLow, ushort? slot)
        {
            FlowCounters again = left;
            if (!both)
            {
                again.Clear(!sentByLow);
            }

            if (slot is not null && again.TotalPackets > 0)
            {
                rows.Add(
                    AttributedFlow.Of(
                        again,
                        localIsLow,
                        isSecondView,
                        first,
                        new OwnerMatch(TrafficCategory.Duplicate, OwnerEvidence.Translated)
                    ) with
                    {
                        CountedOn = slot,
                    }
                );
                left.Clear(sentByLow);
                if (both)
                {
                    left.Clear(!sentByLow);
                }
            }
        }
    }

    private static ushort? FindOtherObservation(in FlowCounters flow, in FiveTuple behind, bool sentByLocal, AttributionWorld world) =>
        world.ObservationPoints?.FindObservation(behind, flow, sentByLocal)
        ?? world.ObservationPoints?.FindOtherTranslation(behind, flow, sentByLocal);

    /// <summary>
    /// The owner in one of the namespaces that have the address. Where several have it, only an exact match tells which is meant; where
    /// more than one has an owner to offer without, none is named.
    /// </summary>
    private static OwnerMatch MatchIn(
        IReadOnlyList<long> namespaces,
        in EndpointQuery end,
        AttributionWorld world,
        out long networkNamespace
    )
    {
        networkNamespace = namespaces[0];
        OwnerMatch best = default;
        int owners = 0;
        foreach (long candidate in namespaces)
        {
            OwnerMatch match = OwnerRules.Match(end with { NetworkNamespace = candidate }, world.Register);
            if (candidate == world.View.CaptureNamespace)
            {
                return IsTunnel(end, match, world.View) ? match with { Category = TrafficCategory.Kernel } : match;
            }

            match = OfOther(match);
            bool isExact = IsExact(match);
            owners += match.Owner is null ? 0 : 1;
            if (isExact || candidate == namespaces[0] || (match.Owner is not null && best.Owner is null))
            {
                (best, networkNamespace) = (match, candidate);
            }

            if (isExact)
            {
                return best;
            }
        }

        return owners > 1 ? new OwnerMatch(TrafficCategory.OtherNamespace, OwnerEvidence.None) : best;
    }

    /// <summary>
    /// Whether it is the outer packet of a kernel's tunnel: UDP from or to the port that a vxlan or geneve interface has, without a holder.
    /// The kernel sends from ports of its choice (udp_flow_src_port), where there is no socket at all.
    /// </summary>
    private static bool IsTunnel(in EndpointQuery end, in OwnerMatch match, NetworkView view) =>
        match.Category is TrafficCategory.NoHolder or TrafficCategory.NoSocket
        && (TransportProtocol)end.Protocol == TransportProtocol.Udp
        && (view.Interfaces.IsTunnelPort(end.LocalPort) || view.Interfaces.IsTunnelPort(end.RemotePort));

    private static OwnerMatch OfOther(in OwnerMatch match) =>
        match.Category switch
        {
            TrafficCategory.Process => match with { Evidence = match.Evidence | OwnerEvidence.OtherNamespace },
            TrafficCategory.NoSocket => match with { Category = TrafficCategory.OtherNamespace },
            _ => match,
        };

    /// <summary>A 5-tuple as one end of an entry sees it.</summary>
    public static FiveTuple ShownEnd(in FlowKey key, bool localIsLow) =>
        localIsLow
            ? new FiveTuple(key.Protocol, key.Low, key.LowPort, key.High, key.HighPort)
            : new FiveTuple(key.Protocol, key.High, key.HighPort, key.Low, key.LowPort);

    private static AttributedFlow Special(in FlowCounters flow, NetworkView view)
    {
        TrafficCategory category = flow.Key.Kind switch
        {
            FlowKind.Fragment => TrafficCategory.Fragment,
            FlowKind.NotIP => TrafficCategory.NotIP,
            FlowKind.Malformed => TrafficCategory.Malformed,
            _ => TrafficCategory.TableFull,
        };

        // Of what has no addresses Low stands for this host: see DecodedFrame.FromLow.
        bool localIsHigh =
            flow.Key.Kind == FlowKind.Fragment
            && !view.TryFindNamespace(flow.Key.Low, out _)
            && view.TryFindNamespace(flow.Key.High, out _);
        return AttributedFlow.Of(flow, !localIsHigh, false, null, new OwnerMatch(category, OwnerEvidence.None));
    }

    private static EndpointQuery End(
        in FlowCounters flow,
        bool localIsLow,
        long networkNamespace,
        long to,
        long? replacedAt,
        bool isGroup,
        AttributionWorld world
    )
    {
        FlowKey key = flow.Key;
        bool lowOpened = (flow.Flags & FlowFlags.LowOpened) != 0;
        bool highOpened = (flow.Flags & FlowFlags.HighOpened) != 0;
        bool openerIsLow = lowOpened != highOpened ? lowOpened : (flow.Flags & FlowFlags.LowSentFirst) != 0;
        long sentBytes = localIsLow ? flow.LowBytes : flow.HighBytes;
        long sentPackets = localIsLow ? flow.LowPackets : flow.HighPackets;
        bool beganWithSyn = lowOpened || highOpened;
        bool isOpener = openerIsLow == localIsLow;
        return new EndpointQuery
        {
            NetworkNamespace = networkNamespace,
            Protocol = key.Protocol,
            Local = localIsLow ? key.Low : key.High,
            LocalPort = localIsLow ? key.LowPort : key.HighPort,
            Remote = localIsLow ? key.High : key.Low,
            RemotePort =
                key.Protocol is (byte)TransportProtocol.Icmp or (byte)TransportProtocol.IcmpV6 ? (ushort)0
                : localIsLow ? key.HighPort
                : key.LowPort,
            From = flow.FirstSeen,
            To = to,
            LastPacket = world.IsOffline ? flow.LastSeen : to,
            ReplacedAt = replacedAt,
            ReplacesAnother = flow.Generation > 0 && beganWithSyn,
            IsOpener = isOpener,
            BeganWithSyn = beganWithSyn,
            SentOnlyResets =
                key.Protocol == IPProtocol.Tcp
                && !isOpener
                && sentPackets > 0
                && (flow.Flags & FlowFlags.Closing) != 0
                && sentBytes == sentPackets * (key.Low.IsIPv4 ? IPv4ResetBytes : IPv6ResetBytes),
            IsGroup = isGroup,
            SentBytes = sentBytes,
            ShownOn = world.IndexOf(key),
            View = world.View,
        };
    }

    /// <summary>
    /// Until when an observation of a socket can be of this connection: a TCP connection that is neither closed nor replaced goes on in
    /// silence; anything else is only sure while its packets came. In a savefile the sockets of now are asked, which is later.
    /// </summary>
    private static long EndOf(in FlowCounters flow, long? replacedAt, FlowSnapshot snapshot)
    {
        if (replacedAt is long end)
        {
            return Math.Min(end, flow.LastSeen);
        }

        bool goesOn = flow.Key.Protocol == IPProtocol.Tcp && (flow.Flags & (FlowFlags.Closing | FlowFlags.Superseded)) == 0;
        return goesOn || snapshot.IsOffline ? long.MaxValue / 2 : flow.LastSeen;
    }

    private static Dictionary<(FlowKey, int), long> FindNextGenerations(ReadOnlySpan<FlowCounters> flows)
    {
        Dictionary<(FlowKey, int), long> next = [];
        foreach (ref readonly FlowCounters flow in flows)
        {
            if (flow.Generation > 0)
            {
                next[(flow.Key, flow.Generation - 1)] = flow.FirstSeen;
            }
        }

        return next;
    }
}
