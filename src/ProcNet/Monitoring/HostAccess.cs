using ProcNet.Attribution;
using ProcNet.Connections;
using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Processes;

namespace ProcNet.Monitoring;

/// <summary>What a measurement asks of the host. Tests give one of their own.</summary>
internal sealed record HostAccess
{
    /// <summary>This host, in the network namespace of the process.</summary>
    public static HostAccess Local { get; } = new()
    {
        OpenSocketTable = static notify => new SocketTable(notify),
        OpenProcessTable = static () => new ProcessTable(),
        ReadNetworkView = ReadLocalView,
        ReadLinks = static () => InterfaceReader.ReadLinks(),
        OpenOwnerFeed = KernelOwnerFeed.TryOpen,
    };

    /// <summary>Opens the socket tables of the capture's network namespace, for the calling thread; notices go to the function given.</summary>
    public required Func<Action<Notice>, ISocketTable> OpenSocketTable { get; init; }

    /// <summary>Opens the process list.</summary>
    public required Func<IProcessTable> OpenProcessTable { get; init; }

    /// <summary>Reads which addresses are local.</summary>
    public required Func<NetworkView> ReadNetworkView { get; init; }

    /// <summary>Lists the interfaces.</summary>
    public required Func<IReadOnlyList<LinkInterface>> ReadLinks { get; init; }

    /// <summary>Loads the kernel feed. Throws <see cref="ProcNetError.KernelFeedUnavailable"/> where there is none.</summary>
    public Func<KernelMeasurement> OpenKernelFeed { get; init; } = KernelMeasurement.Open;

    /// <summary>Opens what knows owners from the moment of use, for a capture; gives null where there is none.</summary>
    public Func<IOwnerFeed?> OpenOwnerFeed { get; init; } = static () => null;

    private static NetworkView ReadLocalView()
    {
        long networkNamespace = NetworkNamespace.ReadOwnInode();
        var view = new NetworkView(networkNamespace);
        foreach (InterfaceAddress address in InterfaceReader.ReadAddresses())
        {
            view.AddAddress(networkNamespace, address.Address);
            if (address.Broadcast is { } broadcast)
            {
                view.AddBroadcast(broadcast);
            }
        }

        return view;
    }
}
