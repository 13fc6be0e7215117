using System.Globalization;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Attribution;

/// <summary>
/// Makes the rows of a file's conversations by what the file itself says: what its writer resolved, else what each packet names. Of
/// conversations that it says nothing of somebody else is asked. Pure, as <see cref="Attributor"/> is.
/// </summary>
internal sealed class SavefileAttributor
{
    private readonly SavefileOwners _owners;
    private readonly IReadOnlySet<AddressValue> _local;
    private readonly Dictionary<(int Section, uint Id, long? Start), ProcessIdentity> _identities = [];
    private Dictionary<AddressValue, int>? _seen;

    /// <summary>Prepares it.</summary>
    /// <param name="owners">What the file says.</param>
    /// <param name="local">Addresses of the host that captured it, where the user says so; empty for none.</param>
    public SavefileAttributor(SavefileOwners owners, IReadOnlySet<AddressValue> local)
    {
        _owners = owners;
        _local = local;
    }

    /// <summary>Attributes a snapshot.</summary>
    /// <param name="snapshot">What was counted.</param>
    /// <param name="attributeRest">Attributes the conversations that the file says nothing of.</param>
    /// <param name="cancellation">Ends it between two rows.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public List<AttributedFlow> Attribute(
        FlowSnapshot snapshot,
        Func<FlowSnapshot, CancellationToken, List<AttributedFlow>> attributeRest,
        CancellationToken cancellation = default
    )
    {
        List<AttributedFlow> rows = [];
        List<FlowCounters> rest = [];
        long packets = 0;
        long bytes = 0;
        foreach (ref readonly FlowCounters flow in snapshot.Flows.Span)
        {
            cancellation.ThrowIfCancellationRequested();
            if (flow.TotalPackets == 0)
            {
                continue;
            }

            if (flow.Key.Kind == FlowKind.Conversation && _owners.Find(flow.Number) is { } tagged && TryAdd(rows, flow, tagged, snapshot))
            {
                continue;
            }

            rest.Add(flow);
            packets += flow.TotalPackets;
            bytes += flow.TotalBytes;
        }

        if (rest.Count > 0)
        {
            rows.AddRange(
                attributeRest(
                    rest.Count == snapshot.Flows.Length
                        ? snapshot
                        : new FlowSnapshot
                        {
                            Flows = rest.ToArray(),
                            Interfaces = snapshot.Interfaces,
                            Packets = packets,
                            Bytes = bytes,
                            IsOffline = snapshot.IsOffline,
                            StartedAt = snapshot.StartedAt,
                            TakenAt = snapshot.TakenAt,
                        },
                    cancellation
                )
            );
        }

        return rows;
    }

    private bool TryAdd(List<AttributedFlow> rows, in FlowCounters flow, TaggedFlow tagged, FlowSnapshot snapshot)
    {
        if (_owners.FindResolved(tagged) is { } resolved && TryAddResolved(rows, flow, tagged, resolved))
        {
            return true;
        }

        return tagged.Shares.Count > 0 && AddShares(rows, flow, tagged, snapshot);
    }

    /// <summary>
    /// Adds the rows that the writer resolved. What none of them has (it was lost on the way to the file's end) goes to the
    /// first.
    /// </summary>
    private bool TryAddResolved(List<AttributedFlow> rows, in FlowCounters flow, TaggedFlow tagged, IReadOnlyList<RecordedFlow> resolved)
    {
        int first = rows.Count;
        foreach (RecordedFlow of in resolved)
        {
            RecordedProcess? process = _owners.ProcessAt(tagged.Section, of.ProcessPlace);
            if (of.Category == TrafficCategory.Process && process is null)
            {
                rows.RemoveRange(first, rows.Count - first);
                return false;
            }

            AttributedFlow row = AttributedFlow.Of(
                flow,
                of.LocalIsLow,
                of.IsSecondView,
                of.NetworkNamespace,
                MatchOf(of, process, tagged.Section)
            );
            rows.Add(
                row with
                {
                    SentBytes = of.HasSent ? row.SentBytes : 0,
                    SentPackets = of.HasSent ? row.SentPackets : 0,
                    ReceivedBytes = of.HasReceived ? row.ReceivedBytes : 0,
                    ReceivedPackets = of.HasReceived ? row.ReceivedPackets : 0,
                    MayBeTranslated = of.MayBeTranslated,
                    CountedOn = of.CountedOn,
                }
            );
        }

        AddLeft(rows, first, flow);
        return true;
    }

    private static void AddLeft(List<AttributedFlow> rows, int first, in FlowCounters flow)
    {
        // Every packet is in one row of the first view, whatever the file says.
        foreach (bool byLow in (ReadOnlySpan<bool>)[true, false])
        {
            long packets = byLow ? flow.LowPackets : flow.HighPackets;
            bool isThere = packets == 0;
            int place = -1;
            for (int i = first; i < rows.Count; i++)
            {
                if (!rows[i].IsSecondView)
                {
                    place = place < 0 ? i : place;
                    isThere |= (rows[i].LocalIsLow == byLow ? rows[i].SentPackets : rows[i].ReceivedPackets) > 0;
                }
            }

            if (!isThere && place >= 0)
            {
                AttributedFlow row = rows[place];
                long bytes = byLow ? flow.LowBytes : flow.HighBytes;
                rows[place] =
                    row.LocalIsLow == byLow
                        ? row with
                        {
                            SentBytes = bytes,
                            SentPackets = packets,
                        }
                        : row with
                        {
                            ReceivedBytes = bytes,
                            ReceivedPackets = packets,
                        };
            }
        }
    }

    private bool AddShares(List<AttributedFlow> rows, in FlowCounters flow, TaggedFlow tagged, FlowSnapshot snapshot)
    {
        List<FlowShare> low = [];
        List<FlowShare> high = [];
        bool? unknownIsLow = null;
        foreach (FlowShare share in tagged.Shares)
        {
            (share.IsLow ?? (unknownIsLow ??= LocalIsLow(flow, snapshot)) ? low : high).Add(share);
        }

        AddView(rows, flow, low, true, false, tagged.Section);
        AddView(rows, flow, high, false, low.Count > 0, tagged.Section);
        return true;
    }

    private void AddView(
        List<AttributedFlow> rows,
        in FlowCounters flow,
        List<FlowShare> shares,
        bool localIsLow,
        bool isSecondView,
        int section
    )
    {
        if (shares.Count == 0)
        {
            return;
        }

        // Packets that name nobody belong to the one who has the most of the others.
        FlowCounters left = flow;
        FlowShare largest = shares[0];
        foreach (FlowShare share in shares)
        {
            left.LowBytes -= share.LowBytes;
            left.HighBytes -= share.HighBytes;
            left.LowPackets -= share.LowPackets;
            left.HighPackets -= share.HighPackets;
            largest = IsLarger(share, largest) ? share : largest;
        }

        foreach (FlowShare share in shares)
        {
            bool takesLeft = share == largest;
            FlowCounters counted = flow;
            counted.LowBytes = share.LowBytes + (takesLeft ? left.LowBytes : 0);
            counted.HighBytes = share.HighBytes + (takesLeft ? left.HighBytes : 0);
            counted.LowPackets = share.LowPackets + (takesLeft ? left.LowPackets : 0);
            counted.HighPackets = share.HighPackets + (takesLeft ? left.HighPackets : 0);
            if (!takesLeft)
            {
                counted.FirstSeen = share.FirstSeen;
                counted.LastSeen = share.LastSeen;
            }

            if (counted.TotalPackets > 0)
            {
                rows.Add(AttributedFlow.Of(counted, localIsLow, isSecondView, null, MatchOf(share, section)));
            }
        }
    }

    private static bool IsLarger(FlowShare share, FlowShare than)
    {
        bool isOwner = share.Owner.ProcessId is not null;
        return isOwner != than.Owner.ProcessId is not null
            ? isOwner
            : share.LowPackets + share.HighPackets > than.LowPackets + than.HighPackets;
    }

    private OwnerMatch MatchOf(FlowShare share, int section)
    {
        OwnerTag tag = share.Owner;
        if (tag.ProcessId is not { } id)
        {
            return new OwnerMatch(tag.Category ?? TrafficCategory.NotRecorded, tag.Evidence | OwnerEvidence.Savefile);
        }

        RecordedProcess process =
            share.Process
            ?? _owners.FindProcess(section, id, share.FirstSeen)
            ?? new RecordedProcess
            {
                Id = id,
                Name = tag.Name,
                Path = tag.Path,
                ParentId = tag.ParentId,
                UserId = tag.UserId,
                Container = tag.Container,
            };
        var owner = new SocketHolder(
            Identify(process with { Name = process.Name ?? tag.Name, Path = process.Path ?? tag.Path }, section),
            share.FirstSeen
        );
        return new OwnerMatch(TrafficCategory.Process, tag.Evidence | OwnerEvidence.Savefile, null, owner);
    }

    private OwnerMatch MatchOf(RecordedFlow flow, RecordedProcess? process, int section)
    {
        SocketHolder? owner = process is null ? null : new SocketHolder(Identify(process, section), flow.OwnerSince);
        return new OwnerMatch(flow.Category, flow.Evidence, SocketOf(flow, owner), owner);
    }

    /// <summary>The socket, of which rows show the inode and who shares it.</summary>
    private static KnownSocket? SocketOf(RecordedFlow flow, SocketHolder? owner)
    {
        if (flow.Inode is not { } inode)
        {
            return null;
        }

        var socket = new KnownSocket(
            new SocketObservation(
                flow.NetworkNamespace ?? 0,
                flow.FirstSeen,
                new SocketRow
                {
                    Protocol = (TransportProtocol)flow.Protocol,
                    Family = flow.Low.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
                    Local = flow.LocalIsLow ? flow.Low : flow.High,
                    LocalPort = flow.LocalIsLow ? flow.LowPort : flow.HighPort,
                    Remote = flow.LocalIsLow ? flow.High : flow.Low,
                    RemotePort = flow.LocalIsLow ? flow.HighPort : flow.LowPort,
                    Inode = (uint)inode,
                }
            )
        );
        var holders = new SocketHolders((uint)inode, 0);
        foreach (int id in flow.SharedWith)
        {
            holders.Record(
                owner?.Process.Key.Id == id ? owner.Process : new ProcessIdentity { Key = new ProcessKey(id, 0), Name = string.Empty },
                flow.OwnerSince
            );
        }

        socket.Holders = holders;
        return socket;
    }

    private ProcessIdentity Identify(RecordedProcess process, int section)
    {
        if (_identities.TryGetValue((section, process.Id, process.StartTime), out ProcessIdentity? known))
        {
            return known;
        }

        // Sections may be of different machines: the same id in another one is another process.
        ulong start = process.StartTime is { } nanoseconds ? (ulong)nanoseconds : (ulong)section;
        ProcessIdentity identity = new()
        {
            Key = new ProcessKey((int)Math.Min(process.Id & ~PacketTagReader.DarwinPlace, int.MaxValue), start),
            Name = process.Name ?? string.Empty,
            ParentId = (int)Math.Min(process.ParentId ?? 0, int.MaxValue),
            UserId = process.UserId ?? 0,
            UserName = process.UserName ?? process.UserId?.ToString(CultureInfo.InvariantCulture),
            ExecutablePath = process.Path,
            NetworkNamespace = process.NetworkNamespace,
            Container = process.Container,
            CommandLine = CommandText.Join(process.CommandLine.Span),
            Unit = process.Unit,
            Slice = process.Slice,
            StartTime = process.StartTime is { } time ? ToLocalTime(time) : default,
        };
        _identities.Add((section, process.Id, process.StartTime), identity);
        return identity;
    }

    private static DateTime ToLocalTime(long nanoseconds)
    {
        long ticks = Math.Clamp(nanoseconds / 100, 0, (DateTime.MaxValue - DateTime.UnixEpoch).Ticks);
        return DateTime.UnixEpoch.AddTicks(ticks).ToLocalTime();
    }

    /// <summary>
    /// Which endpoint is the host's where packets do not say: an address that the user or the file names, else the one that more of the
    /// conversations with owners have (a host is in all of its own), else the one that sent first.
    /// </summary>
    private bool LocalIsLow(in FlowCounters flow, FlowSnapshot snapshot)
    {
        bool low = IsLocal(flow.Key.Low);
        bool high = IsLocal(flow.Key.High);
        if (low != high)
        {
            return low;
        }

        _seen ??= CountAddresses(snapshot);
        int lowCount = _seen.GetValueOrDefault(flow.Key.Low);
        int highCount = _seen.GetValueOrDefault(flow.Key.High);
        return lowCount != highCount ? lowCount > highCount : (flow.Flags & FlowFlags.LowSentFirst) != 0;
    }

    private bool IsLocal(AddressValue address) => _local.Count > 0 ? _local.Contains(address) : _owners.LocalAddresses.Contains(address);

    private Dictionary<AddressValue, int> CountAddresses(FlowSnapshot snapshot)
    {
        Dictionary<AddressValue, int> counts = [];
        foreach (ref readonly FlowCounters flow in snapshot.Flows.Span)
        {
            if (flow.Key.Kind == FlowKind.Conversation && _owners.Find(flow.Number) is { Shares.Count: > 0 })
            {
                counts[flow.Key.Low] = counts.GetValueOrDefault(flow.Key.Low) + 1;
                counts[flow.Key.High] = counts.GetValueOrDefault(flow.Key.High) + 1;
            }
        }

        return counts;
    }
}
