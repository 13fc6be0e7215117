using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Conntrack;
using ProcNet.Linux.Namespaces;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>What the lookups of owners ask of the host.</summary>
internal abstract record LookupHost
{
    /// <summary>
    /// Opens the socket tables of the capture's network namespace, for the calling thread; notices go to the function
    /// given.
    /// </summary>
    public required Func<Action<Notice>, ISocketTable> OpenSocketTable { get; init; }

    /// <summary>Opens the process list.</summary>
    public required Func<IProcessTable> OpenProcessTable { get; init; }

    /// <summary>Reads which addresses are local in the capture's network namespace, and how its interfaces lie.</summary>
    public required Func<NetworkView> ReadNetworkView { get; init; }

    /// <summary>Lists the network namespaces of this machine that are known, the capture's among them. None, unless it is said.</summary>
    public Func<IReadOnlyList<NamespaceReference>> ListNamespaces { get; init; } = static () => [];

    /// <summary>Opens another network namespace; null where it has gone or may not be entered.</summary>
    public Func<NamespaceReference, Action<Notice>, NamespaceAccess?> OpenNamespace { get; init; } = static (_, _) => null;

    /// <summary>Asks by which number a namespace knows another, by their paths; null where by none.</summary>
    public Func<string, string, int?> ReadNamespaceId { get; init; } = static (_, _) => null;

    /// <summary>Begins to hear of interfaces and addresses of the capture's namespace that come and go; null where nobody tells.</summary>
    public Func<Action, Action<AddressValue>, IDisposable?> WatchNetwork { get; init; } = static (_, _) => null;

    /// <summary>The path of the network namespace to capture in; null for that of the process.</summary>
    public string? NetworkNamespacePath { get; init; }

    /// <summary>Opens what tells of translated addresses in the capture's network namespace; null where none is translated.</summary>
    public Func<IConntrackTable?> OpenTranslations { get; init; } = static () => null;
}
