using ProcNet.Processes.Iterator;

namespace ProcNet.Processes;

/// <summary>
/// Reads the sockets that process after process holds, the same way for every caller: by a walk through <c>/proc</c>, and from the BPF
/// iterator once the walk has shown that there are many. Not thread-safe.
/// </summary>
internal sealed class DescriptorReader : IDisposable
{
    /// <summary>Where the process list of this machine is mounted.</summary>
    public const string LiveRoot = "/proc";

    // To load the iterator costs as much as to read so many descriptors.
    private const int ManyDescriptors = 10_000;

    private readonly ProcessReader _processes;
    private readonly DescriptorWalker _walker;
    private readonly bool _mayIterate;
    private AllSockets? _all;
    private bool _isRefused;
    private long _walked;

    /// <summary>Opens the process list.</summary>
    /// <param name="processes">Tells processes apart; it must outlive this.</param>
    /// <param name="root">Where the process list is mounted.</param>
    /// <param name="mayIterate">False leaves the BPF iterator out.</param>
    /// <exception cref="ProcNetException">It is not there.</exception>
    public DescriptorReader(ProcessReader processes, string root = LiveRoot, bool mayIterate = true)
    {
        _processes = processes;
        _walker = new DescriptorWalker(root);
        _mayIterate = mayIterate && root == LiveRoot;
    }

    /// <summary>How many processes could not be read.</summary>
    public int Denied { get; private set; }

    /// <summary>Replaces the content of a list by the sockets that a process holds. What goes away meanwhile is left out.</summary>
    public void Read(int id, List<SocketDescriptor> into)
    {
        into.Clear();
        if (_walked > ManyDescriptors)
        {
            Iterate();
        }

        if (_all is null || (_all.Has(id) && _processes.ReadKey(id) is { } key && !_all.Copy(key, into)))
        {
            Denied += _walker.Walk(id, into) is WalkStatus.Denied or WalkStatus.Failed ? 1 : 0;
            _walker.WalkThreads(id, into);
            _walked += into.Count;
        }
    }

    /// <summary>Has the next reads say of which network namespace a socket is, where the kernel tells: the BPF iterator does.</summary>
    public void WantNamespaces() => Iterate();

    private void Iterate()
    {
        if (_mayIterate && _all is null && !_isRefused)
        {
            _all = AllSockets.TryRead();
            _isRefused = _all is null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _walker.Dispose();
}
