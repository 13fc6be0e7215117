using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Conntrack;
using ProcNet.EbpfOwners;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.Names;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Monitoring;

/// <summary>What a measurement asks of the host: what the lookups ask, and what counts. Tests give one of their own.</summary>
internal sealed record HostAccess : LookupHost
{
    /// <summary>This host, in the network namespace of the process.</summary>
    public static HostAccess Local { get; } =
        new()
        {
            OpenSocketTable = static notify => new SocketTable(notify),
            OpenProcessTable = static () => new ProcessTable(),
            ReadNetworkView = static () => ReadView(null),
            ReadLinks = static () => InterfaceReader.ReadLinks(),
            ReadNames = static () => new HostNames(NameTables.ReadHosts(), NameTables.ReadServices(), NetworkNamespace.ReadOwnInode()),
            ReadLinkCounters = static () => InterfaceReader.ReadCounters(),
            StartOwnerFeed = static notify => EbpfOwnerFeed.TryStart(notify),
            ListNamespaces = NetworkNamespaceList.ReadReferences,
            OpenNamespace = NamespaceAccess.TryOpen,
            ReadNamespaceId = NamespaceIdReader.Read,
            WatchNetwork = static (onLinks, onAddress) => NetworkWatch.TryStart(null, onLinks, onAddress),
            OpenTranslations = static () => ConntrackTable.TryOpen(null),
            Enter = static reference => In(reference),
        };

    /// <summary>Lists the interfaces.</summary>
    public required Func<IReadOnlyList<LinkInterface>> ReadLinks { get; init; }

    /// <summary>Reads this machine's own tables of names.</summary>
    public Func<HostNames> ReadNames { get; init; } = static () => HostNames.None;

    /// <summary>Reads what the interfaces count by themselves.</summary>
    public Func<IReadOnlyList<LinkCounters>> ReadLinkCounters { get; init; } = static () => [];

    /// <summary>The same host as seen from inside another network namespace.</summary>
    public Func<NamespaceReference, HostAccess> Enter { get; init; } =
        static reference => throw new NotSupportedException($"There is no way into {reference.Path}.");

    /// <summary>Loads the kernel feed. Throws <see cref="ProcNetError.KernelFeedUnavailable"/> where there is none.</summary>
    public Func<EbpfMeasurement> OpenKernelFeed { get; init; } = static () => EbpfMeasurement.Open();

    /// <summary>Starts what knows owners from the moment of use, for a capture; gives null where there is none.</summary>
    public Func<Action<Notice>, IOwnerFeed?> StartOwnerFeed { get; init; } = static _ => null;

    /// <summary>What holds the namespace open; null for this process's own. It is closed when nobody has this any more.</summary>
    private NamespaceHandle? Held { get; init; }

    private static HostAccess In(NamespaceReference named)
    {
        // Held open for as long as anything here is asked for: its name, or the process that it was found by, may go meanwhile.
        NamespaceHandle? handle = NamespaceHandle.TryOpen(named);
        NamespaceReference reference = handle?.Reference ?? named;
        return Local with
        {
            Held = handle,
            OpenSocketTable = notify => new SocketTable(notify, reference),
            ReadNetworkView = () => ReadView(reference),
            ReadLinks = () => InterfaceReader.ReadLinks(reference.Path),
            ReadLinkCounters = () => InterfaceReader.ReadCounters(reference.Path),
            OpenTranslations = () => ConntrackTable.TryOpen(reference.Path),
            WatchNetwork = (onLinks, onAddress) => NetworkWatch.TryStart(reference.Path, onLinks, onAddress),
            NetworkNamespacePath = reference.Path,
        };
    }

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

            // The kernel takes the subnet's last address as its broadcast whatever the interface was told (fib_add_ifaddr,
            // net/ipv4/fib_frontend.c).
            if (address.Address.IsIPv4 && address.PrefixLength < 31)
            {
                view.AddBroadcast(AddressValue.FromIPv4(address.Address.IPv4 | (uint.MaxValue >> address.PrefixLength)));
            }
        }

        view.AddLocalRoutes(networkNamespace, InterfaceReader.ReadLocalRoutes(reference?.Path));
        IReadOnlyList<LinkInterface> links = InterfaceReader.ReadLinks(reference?.Path);
        view.Interfaces.AddLinks(links);
        view.Devices.Add(networkNamespace, addresses, links);
        return view;
    }
}
