using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Conntrack;
using ProcNet.EbpfOwners;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Monitoring;

/// <summary>What a measurement asks of the host. Tests give one of their own.</summary>
internal sealed record HostAccess
{
    /// <summary>This host, in the network namespace of the process.</summary>
    public static HostAccess Local { get; } = new()
    {
        OpenSocketTable = static notify => new SocketTable(notify),
        OpenProcessTable = static () => new ProcessTable(),
        ReadNetworkView = static () => ReadView(null),
        ReadLinks = static () => InterfaceReader.ReadLinks(),
        StartOwnerFeed = static notify => EbpfOwnerFeed.TryStart(notify),
        ListNamespaces = NetworkNamespaceList.ReadReferences,
        OpenNamespace = NamespaceAccess.TryOpen,
        OpenTranslations = static () => ConntrackTable.TryOpen(null),
        Enter = static reference => In(reference),
    };

    /// <summary>Opens the socket tables of the capture's network namespace, for the calling thread; notices go to the function given.</summary>
    public required Func<Action<Notice>, ISocketTable> OpenSocketTable { get; init; }

    /// <summary>Opens the process list.</summary>
    public required Func<IProcessTable> OpenProcessTable { get; init; }

    /// <summary>Reads which addresses are local in the capture's network namespace, and how its interfaces lie.</summary>
    public required Func<NetworkView> ReadNetworkView { get; init; }

    /// <summary>Lists the interfaces.</summary>
    public required Func<IReadOnlyList<LinkInterface>> ReadLinks { get; init; }

    /// <summary>Lists the network namespaces of this machine that are known, the capture's among them. None, unless it is said.</summary>
    public Func<IReadOnlyList<NamespaceReference>> ListNamespaces { get; init; } = static () => [];

    /// <summary>Opens another network namespace; null where it has gone or may not be entered.</summary>
    public Func<NamespaceReference, Action<Notice>, NamespaceAccess?> OpenNamespace { get; init; } = static (_, _) => null;

    /// <summary>Opens what tells of translated addresses in the capture's network namespace; null where none is translated.</summary>
    public Func<IConntrackTable?> OpenTranslations { get; init; } = static () => null;

    /// <summary>The same host as seen from inside another network namespace.</summary>
    public Func<NamespaceReference, HostAccess> Enter { get; init; } =
        static reference => throw new NotSupportedException($"There is no way into {reference.Path}.");

    /// <summary>The path of the network namespace to capture in; null for that of the process.</summary>
    public string? NetworkNamespacePath { get; init; }

    /// <summary>Loads the kernel feed. Throws <see cref="ProcNetError.KernelFeedUnavailable"/> where there is none.</summary>
    public Func<EbpfMeasurement> OpenKernelFeed { get; init; } = static () => EbpfMeasurement.Open();

    /// <summary>Starts what knows owners from the moment of use, for a capture; gives null where there is none.</summary>
    public Func<Action<Notice>, IOwnerFeed?> StartOwnerFeed { get; init; } = static _ => null;

    private static HostAccess In(NamespaceReference reference) => Local with
    {
        OpenSocketTable = notify => new SocketTable(notify, reference),
        ReadNetworkView = () => ReadView(reference),
        ReadLinks = () => InterfaceReader.ReadLinks(reference.Path),
        OpenTranslations = () => ConntrackTable.TryOpen(reference.Path),
        NetworkNamespacePath = reference.Path,
    };

    private static NetworkView ReadView(NamespaceReference? reference)
    {
        long networkNamespace = reference?.Inode ?? NetworkNamespace.ReadOwnInode();
        var view = new NetworkView(networkNamespace);
        IReadOnlyList<InterfaceAddress> addresses = InterfaceReader.ReadAddresses(reference?.Path);
        foreach (InterfaceAddress address in addresses)
        {
            view.AddAddress(networkNamespace, address.Address);
            view.Interfaces.AddSubnet(address.InterfaceIndex, address.Address, address.PrefixLength);
            if (address.Broadcast is { } broadcast)
            {
                view.AddBroadcast(broadcast);
            }

            // The kernel takes the subnet's last address as its broadcast whatever the interface was told (fib_add_ifaddr, net/ipv4/fib_frontend.c).
            if (address.Address.IsIPv4 && address.PrefixLength < 31)
            {
                view.AddBroadcast(AddressValue.FromIPv4(address.Address.IPv4 | (uint.MaxValue >> address.PrefixLength)));
            }
        }

        IReadOnlyList<LinkInterface> links = InterfaceReader.ReadLinks(reference?.Path);
        view.Interfaces.AddLinks(links);
        view.Devices.Add(networkNamespace, addresses, links);
        return view;
    }
}
