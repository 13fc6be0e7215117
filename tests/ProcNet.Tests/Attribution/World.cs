using System.Net;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Tests.Attribution;

/// <summary>A tiny host of the tests' own: addresses, sockets, holders and counted packets, with the time in milliseconds.</summary>
internal sealed class World
{
    public const long Namespace = 4026531840;

    private readonly FlowTable _table = new();
    private readonly Dictionary<int, ProcessIdentity> _processes = [];
    private readonly HashSet<long> _containers = [];
    private uint _nextInode = 1000;
    private ulong _nextCookie = 1;

    public World()
    {
        View.AddAddress(Namespace, Address("10.0.0.1"));
        View.AddAddress(Namespace, Address("fd00::1"));
        View.AddBroadcast(Address("10.0.0.255"));
        View.Interfaces.AddLinks(Captured);
    }

    /// <summary>The interfaces that are captured, by slot; a name for each.</summary>
    public List<LinkInterface> Captured { get; } =
    [
        new()
        {
            Name = "eth0",
            Index = 2,
            IsUp = true,
        },
    ];

    /// <summary>What is known of translated addresses.</summary>
    public AddressTranslations Translations { get; } = new();

    public NetworkView View { get; } = new(Namespace);

    public SocketRegister Register { get; } = new();

    public static AddressValue Address(string text) => AddressValue.From(IPAddress.Parse(text));

    public ProcessIdentity Process(int id, string name, ulong startTicks = 100)
    {
        if (!_processes.TryGetValue(id, out ProcessIdentity? process) || process.Key.StartTicks != startTicks)
        {
            _processes[id] = process = new ProcessIdentity
            {
                Key = new ProcessKey(id, startTicks),
                Name = name,
                UserName = "alice",
                StartTime = DateTime.UnixEpoch,
            };
        }

        return process;
    }

    /// <summary>A socket was seen at a time; who holds it is said by <see cref="Holds"/>.</summary>
    public SocketRow Socket(
        int at,
        TransportProtocol protocol,
        string local,
        string remote,
        ConnectionState state = ConnectionState.Established,
        uint? inode = null,
        ulong? cookie = null,
        AddressFamily? family = null,
        long networkNamespace = Namespace,
        int device = 0
    )
    {
        IPEndPoint localEnd = IPEndPoint.Parse(local);
        IPEndPoint remoteEnd = IPEndPoint.Parse(remote);
        var row = new SocketRow
        {
            Protocol = protocol,
            Family = family ?? localEnd.AddressFamily,
            Local = AddressValue.From(localEnd.Address),
            LocalPort = (ushort)localEnd.Port,
            Remote = AddressValue.From(remoteEnd.Address),
            RemotePort = (ushort)remoteEnd.Port,
            State = state,
            InterfaceIndex = device,
            Inode = inode ?? _nextInode++,
            Cookie = cookie ?? _nextCookie++,
        };
        Register.Record(new SocketObservation(networkNamespace, at * 1000L, row));
        return row;
    }

    /// <summary>A process was seen to hold a socket.</summary>
    public void Holds(SocketRow socket, ProcessIdentity process, int at) => Register.RecordHolder(socket.Inode, process, at * 1000L);

    /// <summary>Packets were counted.</summary>
    public void Packet(
        int at,
        string source,
        string destination,
        long bytes,
        TransportProtocol protocol = TransportProtocol.Tcp,
        FlowFlags flags = FlowFlags.None,
        FlowKind kind = FlowKind.Conversation,
        bool isNewGeneration = false,
        int slot = 0
    )
    {
        IPEndPoint from = IPEndPoint.Parse(source);
        IPEndPoint to = IPEndPoint.Parse(destination);
        FlowKey key = FlowKey.Create(
            AddressValue.From(from.Address),
            (ushort)from.Port,
            AddressValue.From(to.Address),
            (ushort)to.Port,
            (byte)protocol,
            kind,
            (ushort)slot,
            out bool fromLow
        );
        ref FlowCounters entry = ref _table.GetOrAdd(key, out bool added);
        if (isNewGeneration && !added)
        {
            entry = ref _table.AddGeneration(key);
        }

        if (added || isNewGeneration)
        {
            entry.FirstSeen = at * 1000L;
            entry.Flags = fromLow ? FlowFlags.LowSentFirst : FlowFlags.None;
        }

        entry.LastSeen = at * 1000L;
        entry.Flags |= flags;
        if (fromLow)
        {
            entry.LowBytes += bytes;
            entry.LowPackets++;
        }
        else
        {
            entry.HighBytes += bytes;
            entry.HighPackets++;
        }
    }

    /// <summary>A TCP SYN was counted.</summary>
    public void Syn(int at, string source, string destination, bool isNewGeneration = false)
    {
        IPEndPoint from = IPEndPoint.Parse(source);
        IPEndPoint to = IPEndPoint.Parse(destination);
        _ = FlowKey.Create(
            AddressValue.From(from.Address),
            (ushort)from.Port,
            AddressValue.From(to.Address),
            (ushort)to.Port,
            6,
            FlowKind.Conversation,
            0,
            out bool fromLow
        );
        Packet(at, source, destination, 60, flags: fromLow ? FlowFlags.LowOpened : FlowFlags.HighOpened, isNewGeneration: isNewGeneration);
    }

    /// <summary>An interface of the captured namespace, which is captured too.</summary>
    /// <returns>Its slot.</returns>
    public ushort Interface(
        string name,
        int index,
        string? kind = null,
        int master = 0,
        int parent = 0,
        bool isParentElsewhere = false,
        string? subnet = null
    )
    {
        var link = new LinkInterface
        {
            Name = name,
            Index = index,
            IsUp = true,
            Kind = kind,
            MasterIndex = master,
            ParentIndex = parent,
            ParentIsElsewhere = isParentElsewhere,
        };
        Captured.Add(link);
        View.Interfaces.AddLinks([link]);
        if (subnet is not null)
        {
            IPNetwork network = IPNetwork.Parse(subnet);
            View.Interfaces.AddSubnet(index, AddressValue.From(network.BaseAddress), network.PrefixLength);
        }

        return (ushort)(Captured.Count - 1);
    }

    /// <summary>Another network namespace with an address, at the far end of a veth of the captured one.</summary>
    public void Container(long networkNamespace, string address, int hostIndex = 0)
    {
        View.AddAddress(networkNamespace, Address(address));
        if (hostIndex != 0)
        {
            View.Interfaces.AddFacing(networkNamespace, hostIndex);
        }

        _containers.Add(networkNamespace);
    }

    /// <summary>A namespace with an address that nothing leads to, as any user can make one.</summary>
    public void Island(long networkNamespace, string address)
    {
        View.AddAddress(networkNamespace, Address(address));
        View.Reach.AddLookedAt(networkNamespace);
    }

    /// <summary>The kernel translates: an endpoint that packets show is another's.</summary>
    public void Translation(
        string local,
        string remote,
        string behindLocal,
        string behindRemote,
        TransportProtocol protocol = TransportProtocol.Tcp
    ) => Translations.Record(End(protocol, local, remote), End(protocol, behindLocal, behindRemote));

    public static FiveTuple End(TransportProtocol protocol, string local, string remote)
    {
        IPEndPoint localEnd = IPEndPoint.Parse(local);
        IPEndPoint remoteEnd = IPEndPoint.Parse(remote);
        return new FiveTuple(
            (byte)protocol,
            AddressValue.From(localEnd.Address),
            (ushort)localEnd.Port,
            AddressValue.From(remoteEnd.Address),
            (ushort)remoteEnd.Port
        );
    }

    public FlowSnapshot Snapshot(bool isOfThePast = false)
    {
        long packets = 0;
        long bytes = 0;
        foreach (FlowCounters entry in _table.Entries)
        {
            packets += entry.TotalPackets;
            bytes += entry.TotalBytes;
        }

        return new FlowSnapshot
        {
            Flows = _table.Entries.ToArray(),
            Interfaces =
            [
                .. Captured.Select(
                    (link, slot) =>
                        new TrafficInterface
                        {
                            Slot = (ushort)slot,
                            Name = link.Name,
                            Index = link.Index,
                            LinkLayer = LinkLayer.Ethernet,
                        }
                ),
            ],
            Packets = packets,
            Bytes = bytes,
            StartedAt = 0,
            TakenAt = 10_000_000,
            IsOffline = isOfThePast,
        };
    }

    public List<AttributedFlow> Attribute(bool isOfThePast = false)
    {
        foreach (long container in _containers)
        {
            Captured.ForEach(link => View.Reach.Add(link.Index, container));
        }

        FlowSnapshot snapshot = Snapshot(isOfThePast);
        List<AttributedFlow> flows = Attributor.Attribute(snapshot, Register, View, Translations);
        Balance.Assert(snapshot, flows);
        return flows;
    }
}
