using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Processes;
using ProcNet.Text;

namespace ProcNet.Sockets;

/// <summary>The socket tables as records, each as soon as the kernel gives it.</summary>
internal static class NetConnectionReader
{
    private static readonly AddressFamily[] s_families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>Reads the live tables.</summary>
    /// <param name="query">Which rows.</param>
    /// <param name="notify">Takes notices: tables from a slower place, processes that could not be read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProcNetException">There are no tables, or a namespace asked for does not exist.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static IEnumerable<NetConnection> Read(NetConnectionQuery query, Action<Notice> notify, CancellationToken cancellation = default)
    {
        using var processes = new ProcessReader();
        var users = new UserNames();
        var addresses = new RecentAddresses();
        var filter = new SocketRowFilter(query);
        SocketOwners? owners = ReadOwners(query, processes, notify, cancellation);
        foreach (NetworkNamespaceTarget target in NetworkNamespaceTarget.Choose(query, processes))
        {
            using SocketTableReader? tables = target.Open(notify);
            if (tables is null)
            {
                continue;
            }

            foreach (TransportProtocol protocol in SocketTableReader.Protocols)
            {
                if (query.Protocols is not null && !query.Protocols.Contains(protocol))
                {
                    continue;
                }

                foreach (AddressFamily family in s_families)
                {
                    if (!tables.Begin(protocol, family, filter.ForKernel))
                    {
                        continue;
                    }

                    while (tables.Next(out SocketRow row))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        if (
                            filter.Matches(in row)
                            && TryMake(in row, query, owners, users, addresses, target.Inode, tables.Source, out NetConnection? connection)
                        )
                        {
                            yield return connection;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Reads a saved table.</summary>
    /// <param name="path">A file in the form of <c>/proc/net/tcp</c>.</param>
    /// <param name="query">Which rows. Owners and namespaces are not in such a file: those conditions are of no use here.</param>
    /// <param name="protocol">The protocol that the file holds; null to go by its name, else by the query's only protocol, else
    /// TCP.</param>
    /// <param name="isBigEndian">Whether a big-endian machine wrote it.</param>
    /// <param name="notify">Takes notices, at the end: lines that are no rows, a row that is cut, addresses that look reversed.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProcNetException">The file is missing, empty, unreadable or no socket table.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static IEnumerable<NetConnection> ReadFile(
        string path,
        NetConnectionQuery query,
        TransportProtocol? protocol = null,
        bool isBigEndian = false,
        Action<Notice>? notify = null,
        CancellationToken cancellation = default
    )
    {
        TransportProtocol held =
            protocol
            ?? ProcNetTableName.ProtocolOf(path)
            ?? (query.Protocols is { Count: 1 } ? query.Protocols.First() : TransportProtocol.Tcp);
        var review = new SavedTableReview(isBigEndian);
        using ProcNetTable table = ProcNetTable.TryOpen(path, held, out int error, review) ?? throw ProcNetTable.Unreadable(path, error);
        var users = new UserNames();
        var addresses = new RecentAddresses();
        var filter = new SocketRowFilter(query);
        string source = OutsideText.Sanitize(path);
        while (table.Next(out SocketRow row))
        {
            cancellation.ThrowIfCancellationRequested();
            if (
                filter.Matches(in row)
                && TryMake(in row, query, owners: null, users, addresses, networkNamespace: null, source, out NetConnection? connection)
            )
            {
                yield return connection;
            }
        }

        foreach (Notice notice in review.Notices(path))
        {
            notify?.Invoke(notice);
        }

        if (table.WasEmpty)
        {
            throw new ProcNetException(
                ProcNetError.FileEmpty,
                $"The file '{path}' is empty.",
                "Name a file saved with: cp /proc/net/tcp saved-tcp",
                path
            );
        }
    }

    private static SocketOwners? ReadOwners(
        NetConnectionQuery query,
        ProcessReader processes,
        Action<Notice> notify,
        CancellationToken cancellation
    ) =>
        query.IncludeProcess || query.OwningProcessIds is not null
            ? new SocketOwners(processes, query.OwningProcessIds, notify, "/proc", cancellation)
            : null;

    private static bool TryMake(
        in SocketRow row,
        NetConnectionQuery query,
        SocketOwners? owners,
        UserNames users,
        RecentAddresses addresses,
        long? networkNamespace,
        string source,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NetConnection? connection
    )
    {
        int? owner = owners?.HolderOf(row.Inode);
        if (query.OwningProcessIds is not null && owners is not null && owner is null)
        {
            connection = null;
            return false;
        }

        ProcessIdentity? process = owner is { } id ? owners!.IdentityOf(id) : null;
        connection = new NetConnection
        {
            Protocol = row.Protocol,
            AddressFamily = row.Family,
            LocalAddress = addresses.Get(row.Local),
            LocalPort = row.LocalPort,
            RemoteAddress = addresses.Get(row.Remote),
            RemotePort = row.RemotePort,
            State = row.State,
            Inode = row.Inode,
            UserId = row.UserId,
            UserName = users.Get(row.UserId),
            SendQueueBytes = row.SendQueue,
            ReceiveQueueBytes = row.ReceiveQueue,
            Tcp = row.Tcp,
            NetworkNamespace = networkNamespace,
            OwningProcess = owner,
            ProcessName = process?.Name,
            SharedWith = owners?.SharersOf(row.Inode),
            CommandLine = process?.CommandLine,
            ParentId = process?.KnownParentId,
            Unit = process?.Unit,
            Slice = process?.Slice,
            Path = process?.ExecutablePath,
            Container = process?.Container,
            ProcessStartTime = process?.StartTime,
            Source = source,
        };
        return true;
    }
}
