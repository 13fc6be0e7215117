using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>What a measurement asks of a network namespace other than the one that it captures.</summary>
internal sealed record NamespaceAccess : IDisposable
{
    /// <summary>Its socket tables.</summary>
    public required ISocketTable Table { get; init; }

    /// <summary>Its addresses.</summary>
    public required IReadOnlyList<InterfaceAddress> Addresses { get; init; }

    /// <summary>Its interfaces.</summary>
    public required IReadOnlyList<LinkInterface> Links { get; init; }

    /// <summary>What its routing table calls local.</summary>
    public IReadOnlyList<LocalPrefix> LocalRoutes { get; init; } = [];

    /// <summary>What holds it open; null where something else does.</summary>
    public NamespaceHandle? Handle { get; init; }

    /// <summary>Opens one; null where it has gone, or may not be entered.</summary>
    public static NamespaceAccess? TryOpen(NamespaceReference reference, Action<Notice> notify)
    {
        NamespaceHandle? handle = NamespaceHandle.TryOpen(reference);
        if (handle is null)
        {
            return null;
        }

        reference = handle.Reference;
        try
        {
            // One thread for all: what is asked inside asks its own namespace.
            (IReadOnlyList<InterfaceAddress> addresses, IReadOnlyList<LinkInterface> links, IReadOnlyList<LocalPrefix> routes) =
                NetworkNamespaceThread.Run(
                    reference.Path,
                    static () => (InterfaceReader.ReadAddresses(), InterfaceReader.ReadLinks(), InterfaceReader.ReadLocalRoutes())
                );
            return new NamespaceAccess
            {
                Handle = handle,
                Table = new SocketTable(notify, reference),
                Addresses = addresses,
                Links = links,
                LocalRoutes = routes,
            };
        }
        catch (ProcNetException e) when (e.Error is ProcNetError.NetworkNamespaceUnavailable or ProcNetError.CaptureFailed)
        {
            handle.Dispose();
            if (e.InnerException is LinuxException { Error: Errno.EPERM or Errno.EACCES })
            {
                notify(
                    new Notice(
                        NoticeKind.NamespacesNotRead,
                        "Other network namespaces (containers, 'ip netns') may not be entered: processes in them are not found. "
                            + "To find them, run as root (CAP_SYS_ADMIN), or measure with -Source Kernel where that is available."
                    )
                );
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Table.Dispose();
        Handle?.Dispose();
    }
}
