using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Addresses;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.Linux.Native;
using ProcNet.Linux.Netlink;

namespace ProcNet.Interfaces;

/// <summary>Lists the interfaces and addresses of a network namespace (rtnetlink(7)).</summary>
internal static class InterfaceReader
{
    // linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/if.h
    private const ushort NewLink = 16;
    private const ushort GetLink = 18;
    private const ushort NewAddress = 20;
    private const ushort GetAddress = 22;
    private const ushort NewRoute = 24;
    private const ushort GetRoute = 26;
    private const int RouteHeaderLength = 12; // struct rtmsg
    private const byte LocalTable = 255; // RT_TABLE_LOCAL
    private const byte LocalRoute = 2; // RTN_LOCAL
    private const int LinkHeaderLength = 16; // struct ifinfomsg
    private const int AddressHeaderLength = 8; // struct ifaddrmsg
    private const int EthernetHeaderLength = 14;
    private const uint Up = 1; // IFF_UP
    private const uint Loopback = 8; // IFF_LOOPBACK

    // A table that changes at every attempt is taken as it comes.
    private const int Attempts = 8;

    /// <summary>Reads one message of a dump; null where it is of another kind.</summary>
    private delegate T? Parser<T>(ushort type, ReadOnlySpan<byte> payload);

    /// <summary>Lists the interfaces.</summary>
    /// <param name="namespacePath">The network namespace; null for the calling thread's.</param>
    /// <exception cref="ProcNetException">The namespace cannot be entered, or the kernel does not answer.</exception>
    public static IReadOnlyList<LinkInterface> ReadLinks(string? namespacePath = null) =>
        Within(
            namespacePath,
            static () =>
            {
                long ownNamespace = NetworkNamespace.ReadOwnInode();
                bool filtersBridged = IsSet("iptables") || IsSet("ip6tables");
                return Dump<LinkInterface>(
                    GetLink,
                    LinkHeaderLength,
                    (type, payload) =>
                        type == NewLink && payload.Length >= LinkHeaderLength ? ParseLink(payload, ownNamespace, filtersBridged) : null
                );
            }
        );

    /// <summary>
    /// Lists what the interfaces count by themselves. Those that the kernel does not give 64-bit counters of are left
    /// out.
    /// </summary>
    /// <param name="namespacePath">The network namespace; null for the calling thread's.</param>
    /// <exception cref="ProcNetException">The namespace cannot be entered, or the kernel does not answer.</exception>
    public static IReadOnlyList<LinkCounters> ReadCounters(string? namespacePath = null) =>
        Within(
            namespacePath,
            static () =>
            {
                long ownNamespace = NetworkNamespace.ReadOwnInode();
                return Dump<LinkCounters>(
                    GetLink,
                    LinkHeaderLength,
                    (type, payload) => type == NewLink && payload.Length >= LinkHeaderLength ? ParseCounters(payload, ownNamespace) : null
                );
            }
        );

    /// <summary>Lists the addresses of all interfaces.</summary>
    /// <param name="namespacePath">The network namespace; null for the calling thread's.</param>
    /// <exception cref="ProcNetException">The namespace cannot be entered, or the kernel does not answer.</exception>
    public static IReadOnlyList<InterfaceAddress> ReadAddresses(string? namespacePath = null) =>
        Within(
            namespacePath,
            static () =>
                Dump<InterfaceAddress>(
                    GetAddress,
                    AddressHeaderLength,
                    static (type, payload) => type == NewAddress ? ReadAddress(payload) : null
                )
        );

    /// <summary>
    /// Reads a message that tells of an address (RTM_NEWADDR, RTM_DELADDR), from behind its header; null where it has
    /// none.
    /// </summary>
    public static InterfaceAddress? ReadAddress(ReadOnlySpan<byte> payload) =>
        payload.Length >= AddressHeaderLength ? ParseAddress(payload) : null;

    /// <summary>
    /// Lists what the routing table calls local: every address of an interface, and what an administrator added (<c>ip route add local
    /// 10.99.0.0/24 dev lo</c>). Other tables than <c>local</c> say it of some packets only, and are left out. Empty where the kernel
    /// cannot give this table alone (before Linux 4.20).
    /// </summary>
    /// <param name="namespacePath">The network namespace; null for the calling thread's.</param>
    /// <exception cref="ProcNetException">The namespace cannot be entered, or the kernel does not answer.</exception>
    public static IReadOnlyList<LocalPrefix> ReadLocalRoutes(string? namespacePath = null) =>
        Within<LocalPrefix>(
            namespacePath,
            static () => [.. DumpLocalRoutes(AddressFamilies.Inet), .. DumpLocalRoutes(AddressFamilies.Inet6)]
        );

    private static List<LocalPrefix> DumpLocalRoutes(byte family)
    {
        Span<byte> request = stackalloc byte[RouteHeaderLength];
        request.Clear();
        (request[0], request[4], request[7]) = (family, LocalTable, LocalRoute);
        return Dump<LocalPrefix>(
            GetRoute,
            request,
            static (type, payload) => type == NewRoute && payload.Length >= RouteHeaderLength ? ParseLocalRoute(payload) : null,
            isStrict: true
        );
    }

    internal static LocalPrefix? ParseLocalRoute(ReadOnlySpan<byte> payload)
    {
        var attributes = new NetlinkAttributes(payload[RouteHeaderLength..]);
        while (payload[7] == LocalRoute && payload[4] == LocalTable && attributes.MoveNext())
        {
            if (attributes.Type == 1 && ReadAddress(payload[0], attributes.Value) is { } address) // RTA_DST
            {
                return new LocalPrefix(address, payload[1]);
            }
        }

        return null;
    }

    private static List<T> Within<T>(string? namespacePath, Func<List<T>> read) =>
        namespacePath is null ? read() : NetworkNamespaceThread.Run(namespacePath, read);

    private static List<T> Dump<T>(ushort type, int headerLength, Parser<T> parse)
        where T : class
    {
        // A header of zeros asks for every family and every interface.
        ReadOnlySpan<byte> everything = stackalloc byte[headerLength];
        return Dump(type, everything, parse, isStrict: false);
    }

    private static List<T> Dump<T>(ushort type, ReadOnlySpan<byte> request, Parser<T> parse, bool isStrict)
        where T : class
    {
        try
        {
            using var socket = new NetlinkSocket(NetlinkProtocol.Route);
            var rows = new List<T>();
            if (isStrict && !socket.TryCheckStrictly())
            {
                return rows;
            }

            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                rows.Clear();
                socket.Send(type, NetlinkFlags.Dump, request);
                while (socket.Next(out ushort answer, out ReadOnlySpan<byte> payload))
                {
                    if (parse(answer, payload) is { } row)
                    {
                        rows.Add(row);
                    }
                }

                socket.ThrowOnError("rtnetlink dump");
                if (!socket.WasInterrupted)
                {
                    break;
                }
            }

            return rows;
        }
        catch (LinuxException e)
        {
            throw new ProcNetException(
                ProcNetError.CaptureFailed,
                $"The kernel does not list the network interfaces: {e.Message}.",
                "A sandbox may forbid netlink sockets (AF_NETLINK): allow them, for example with systemd's RestrictAddressFamilies.",
                null,
                e
            );
        }
    }

    /// <summary>Whether all bridges of the calling thread's namespace have the rules of IP applied (br_netfilter).</summary>
    private static bool IsSet(string rules)
    {
        string path = $"/proc/sys/net/bridge/bridge-nf-call-{rules}";
        return File.Exists(path) && !File.ReadAllText(path).StartsWith('0');
    }

    internal static LinkInterface ParseLink(ReadOnlySpan<byte> payload, long ownNamespace, bool filtersBridged)
    {
        uint flags = MemoryMarshal.Read<uint>(payload[8..]);
        string name = string.Empty;
        string? kind = null;
        ushort tunnelPort = 0;
        bool filtersItself = false;
        int master = 0;
        int parent = 0;
        bool parentIsElsewhere = false;
        int? parentNamespaceId = null;
        ulong hardwareAddress = 0;
        var attributes = new NetlinkAttributes(payload[LinkHeaderLength..]);
        while (attributes.MoveNext())
        {
            ReadOnlySpan<byte> value = attributes.Value;
            switch (attributes.Type)
            {
                case 1 when value.Length == 6: // IFLA_ADDRESS, of Ethernet and its like
                    hardwareAddress =
                        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(value) << 32) | BinaryPrimitives.ReadUInt32BigEndian(value[2..]);
                    break;
                case 3: // IFLA_IFNAME
                    name = ReadString(value);
                    break;
                case 5 when value.Length >= 4: // IFLA_LINK
                    parent = MemoryMarshal.Read<int>(value);
                    break;
                case 10 when value.Length >= 4: // IFLA_MASTER
                    master = MemoryMarshal.Read<int>(value);
                    break;
                case 18: // IFLA_LINKINFO
                    (kind, tunnelPort, filtersItself) = ReadLinkInfo(value);
                    break;
                case 37: // IFLA_LINK_NETNSID
                    parentIsElsewhere = true;
                    parentNamespaceId = value.Length >= 4 && MemoryMarshal.Read<int>(value) is >= 0 and int id ? id : null;
                    break;
                default:
                    break;
            }
        }

        return new LinkInterface
        {
            Name = name,
            Index = MemoryMarshal.Read<int>(payload[4..]),
            NetworkNamespace = ownNamespace,
            IsUp = (flags & Up) != 0,
            IsLoopback = (flags & Loopback) != 0,
            Kind = kind,
            MasterIndex = master,
            ParentIndex = parent,
            ParentIsElsewhere = parentIsElsewhere,
            ParentNamespaceId = parentNamespaceId,
            HardwareAddress = hardwareAddress,
            TunnelPort = tunnelPort,
            FiltersBridged = kind == "bridge" && (filtersBridged || filtersItself),
        };
    }

    internal static LinkCounters? ParseCounters(ReadOnlySpan<byte> payload, long ownNamespace)
    {
        var attributes = new NetlinkAttributes(payload[LinkHeaderLength..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == 23 && attributes.Value.Length >= 32) // IFLA_STATS64
            {
                ReadOnlySpan<long> counters = MemoryMarshal.Cast<byte, long>(attributes.Value[..32]);
                LinkInterface link = ParseLink(payload, ownNamespace, filtersBridged: false);
                long packets = counters[0] + (link.IsLoopback ? 0 : counters[1]);
                long bytes = counters[2] + (link.IsLoopback ? 0 : counters[3]);

                // ARPHRD_ETHER: devices count from the link header on. Loopback does not (eth_type_trans comes first,
                // drivers/net/loopback.c).
                long headers = MemoryMarshal.Read<ushort>(payload[2..]) == 1 ? packets * EthernetHeaderLength : 0;
                return new LinkCounters(link, packets, bytes - headers);
            }
        }

        return null;
    }

    private static (string? Kind, ushort TunnelPort, bool FiltersBridged) ReadLinkInfo(ReadOnlySpan<byte> linkInfo)
    {
        string? kind = null;
        ushort port = 0;
        bool filters = false;
        var attributes = new NetlinkAttributes(linkInfo);
        while (attributes.MoveNext())
        {
            if (attributes.Type == 1) // IFLA_INFO_KIND, which stands first
            {
                kind = ReadString(attributes.Value);
            }
            else if (attributes.Type == 2 && kind is "vxlan" or "geneve") // IFLA_INFO_DATA
            {
                port = ReadTunnelPort(attributes.Value, kind == "vxlan" ? 15 : 5); // IFLA_VXLAN_PORT, IFLA_GENEVE_PORT
            }
            else if (attributes.Type == 2 && kind == "bridge")
            {
                filters = FiltersBridged(attributes.Value);
            }
        }

        return (kind, port, filters);
    }

    private static bool FiltersBridged(ReadOnlySpan<byte> data)
    {
        var attributes = new NetlinkAttributes(data);
        while (attributes.MoveNext())
        {
            if (attributes.Type is 36 or 37 && attributes.Value is [not 0, ..]) // IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_NF_CALL_IP6TABLES
            {
                return true;
            }
        }

        return false;
    }

    private static ushort ReadTunnelPort(ReadOnlySpan<byte> data, int type)
    {
        var attributes = new NetlinkAttributes(data);
        while (attributes.MoveNext())
        {
            if (attributes.Type == type && attributes.Value.Length >= 2)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(attributes.Value);
            }
        }

        return 0;
    }

    private static InterfaceAddress? ParseAddress(ReadOnlySpan<byte> payload)
    {
        byte family = payload[0];
        AddressValue? address = null;
        AddressValue? local = null;
        AddressValue? broadcast = null;
        var attributes = new NetlinkAttributes(payload[AddressHeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case 1: // IFA_ADDRESS: of a point-to-point interface the other endpoint's
                    address = ReadAddress(family, attributes.Value);
                    break;
                case 2: // IFA_LOCAL
                    local = ReadAddress(family, attributes.Value);
                    break;
                case 4: // IFA_BROADCAST
                    broadcast = ReadAddress(family, attributes.Value);
                    break;
                default:
                    break;
            }
        }

        return (local ?? address) is not { } own
            ? null
            : new InterfaceAddress
            {
                InterfaceIndex = MemoryMarshal.Read<int>(payload[4..]),
                Address = own,
                PrefixLength = payload[1],
                Broadcast = broadcast,
            };
    }

    private static AddressValue? ReadAddress(byte family, ReadOnlySpan<byte> value) =>
        (family, value.Length) switch
        {
            (AddressFamilies.Inet, 4) => AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value)),
            (AddressFamilies.Inet6, 16) => AddressValue.FromIPv6(value),
            _ => null,
        };

    private static string ReadString(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
