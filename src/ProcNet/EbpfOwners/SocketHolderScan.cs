using ProcNet.Linux;
using ProcNet.Linux.Native;
using ProcNet.Processes;
using ProcNet.Processes.Iterator;
using ProcNet.Sockets;

namespace ProcNet.EbpfOwners;

/// <summary>
/// Lists every IP socket by its cookie, and the processes that hold it: by the BPF iterator, else by one walk through descriptors and
/// sock_diag, which ties inodes to cookies, in every network namespace that may be entered.
/// </summary>
internal sealed class SocketHolderScan : IDisposable
{
    private readonly SocketIterator? _iterator;

    private SocketHolderScan(SocketIterator? iterator) => _iterator = iterator;

    /// <summary>Takes a socket and one of its holders.</summary>
    public delegate void Visitor(ulong cookie, uint inode, long networkNamespace, ProcessKey holder);

    /// <summary>Opens the better of both.</summary>
    public static SocketHolderScan Open() => new(SocketIterator.TryOpen());

    /// <summary>Opens the slower of both, which needs no BPF.</summary>
    public static SocketHolderScan OpenWalk() => new(null);

    /// <summary>Lists them.</summary>
    /// <returns>How many processes could not be read.</returns>
    /// <exception cref="LinuxException">The iterator broke off.</exception>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    public int Read(Visitor visitor)
    {
        if (_iterator is null)
        {
            return Walk(visitor);
        }

        _iterator.Read(
            (in SocketIteratorRecord record) =>
            {
                if (record.Family is AddressFamilies.Inet or AddressFamilies.Inet6)
                {
                    visitor(record.Cookie, (uint)record.Inode, record.NetworkNamespace, record.Process);
                }
            }
        );
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _iterator?.Dispose();

    private static int Walk(Visitor visitor)
    {
        using var reader = new ProcessReader();
        using var descriptors = new DescriptorReader(reader, mayIterate: false);
        Dictionary<uint, (ulong Cookie, long Namespace)> cookies = ReadCookies(reader);
        var ids = new List<int>();
        var sockets = new List<SocketDescriptor>();
        reader.ListProcesses(ids);
        foreach (int id in ids)
        {
            descriptors.Read(id, sockets);
            ProcessKey? key = sockets.Count > 0 ? reader.ReadKey(id) : null;
            foreach (SocketDescriptor socket in sockets)
            {
                if (key is { } holder && cookies.TryGetValue(socket.Inode, out (ulong Cookie, long Namespace) known))
                {
                    visitor(known.Cookie, socket.Inode, known.Namespace, holder);
                }
            }
        }

        return descriptors.Denied;
    }

    private static Dictionary<uint, (ulong Cookie, long Namespace)> ReadCookies(ProcessReader processes)
    {
        Dictionary<uint, (ulong, long)> cookies = [];
        foreach (
            NetworkNamespaceTarget target in NetworkNamespaceTarget.Choose(
                new NetConnectionQuery { AllNetworkNamespaces = true },
                processes
            )
        )
        {
            using SocketTableReader? tables = target.Open(static _ => { });
            tables?.Read(
                SocketTableReader.Protocols,
                (in SocketRow row) =>
                {
                    if (row.Inode != 0 && row.Cookie != 0)
                    {
                        cookies[row.Inode] = (row.Cookie, target.Inode ?? 0);
                    }

                    return true;
                }
            );
        }

        return cookies;
    }
}
