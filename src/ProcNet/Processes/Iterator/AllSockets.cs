using ProcNet.Linux;

namespace ProcNet.Processes.Iterator;

/// <summary>The sockets of all processes, from one run of the BPF iterator.</summary>
internal sealed class AllSockets
{
    private readonly List<SocketDescriptor> _sockets = new(1024);
    private readonly Dictionary<int, Span> _processes = [];
    private readonly Dictionary<int, HashSet<SocketDescriptor>> _ofThreads = [];
    private int _last;

    private AllSockets() { }

    /// <summary>Reads them; null where this kernel or user has no iterator.</summary>
    public static AllSockets? TryRead()
    {
        using SocketIterator? iterator = SocketIterator.TryOpen();
        if (iterator is null)
        {
            return null;
        }

        var all = new AllSockets();
        try
        {
            iterator.Read(all.Add);
            return all;
        }
        catch (LinuxException)
        {
            // /proc says the same, only slower.
            return null;
        }
    }

    /// <summary>Adds the sockets that a process holds to a list.</summary>
    /// <param name="process">The process.</param>
    /// <param name="into">The list.</param>
    /// <returns>Whether it is that process which was read, not an earlier one of the same id.</returns>
    public bool Copy(ProcessKey process, List<SocketDescriptor> into)
    {
        if (!_processes.TryGetValue(process.Id, out Span span) || span.StartTicks != process.StartTicks)
        {
            return false;
        }

        into.AddRange(_sockets.GetRange(span.First, span.Count));
        if (_ofThreads.TryGetValue(process.Id, out HashSet<SocketDescriptor>? more))
        {
            into.AddRange(more.Except(into).ToList());
        }

        return true;
    }

    /// <summary>Whether a process of that id holds sockets.</summary>
    public bool Has(int id) => _processes.ContainsKey(id);

    private void Add(in SocketIteratorRecord record)
    {
        // The kernel goes from process to process, and from thread to thread of those that have tables of their own: each begins at its
        // lowest descriptor.
        int id = (int)record.ProcessId;
        var socket = new SocketDescriptor((int)record.Descriptor, (uint)record.Inode, record.NetworkNamespace);
        if (!_processes.TryGetValue(id, out Span span))
        {
            span = new Span(record.StartTicks, _sockets.Count, 0);
        }
        else if (_last != id || _sockets[^1].FileDescriptor >= socket.FileDescriptor)
        {
            if (!_ofThreads.TryGetValue(id, out HashSet<SocketDescriptor>? more))
            {
                _ofThreads.Add(id, more = []);
            }

            more.Add(socket);
            return;
        }

        _last = id;
        _sockets.Add(socket);
        _processes[id] = span with { Count = span.Count + 1 };
    }

    private readonly record struct Span(ulong StartTicks, int First, int Count);
}
