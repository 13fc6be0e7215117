using ProcNet.Attribution;
using ProcNet.Connections;
using ProcNet.Interfaces;
using ProcNet.Processes;

namespace ProcNet.Monitoring;

/// <summary>What a measurement asks of the host. Tests give one of their own.</summary>
internal sealed record HostAccess
{
    /// <summary>Opens the socket tables of the capture's network namespace, for the calling thread.</summary>
    public required Func<ISocketTable> OpenSocketTable { get; init; }

    /// <summary>Opens the process list.</summary>
    public required Func<IProcessTable> OpenProcessTable { get; init; }

    /// <summary>Reads which addresses are local.</summary>
    public required Func<NetworkView> ReadNetworkView { get; init; }

    /// <summary>Lists the interfaces.</summary>
    public required Func<IReadOnlyList<LinkInterface>> ReadLinks { get; init; }
}
