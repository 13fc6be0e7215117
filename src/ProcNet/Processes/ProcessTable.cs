namespace ProcNet.Processes;

/// <summary>The processes of this host, read from <c>/proc</c>.</summary>
internal sealed class ProcessTable : IProcessTable
{
    private readonly ProcessReader _reader;
    private readonly DescriptorWalker _walker;

    /// <summary>Opens the process list.</summary>
    /// <param name="root">Where it is mounted.</param>
    /// <exception cref="ProcNetException">It is not there.</exception>
    public ProcessTable(string root = "/proc")
    {
        _reader = new ProcessReader(root);
        try
        {
            _walker = new DescriptorWalker(root);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool HasAll { get; } = PidNamespace.IsFirst();

    /// <inheritdoc/>
    public void ListProcesses(List<int> into)
    {
        into.Clear();
        _reader.ListProcesses(into);
        into.Sort();
    }

    /// <inheritdoc/>
    public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into)
    {
        into.Clear();
        return _walker.Walk(processId, into);
    }

    /// <inheritdoc/>
    public void ReadThreadSockets(int processId, List<SocketDescriptor> into)
    {
        into.Clear();
        _walker.WalkThreads(processId, into);
    }

    /// <inheritdoc/>
    public bool HoldsAt(int processId, int descriptor, uint inode) => _walker.IsAt(processId, descriptor, inode);

    /// <inheritdoc/>
    public IDescriptorList? OpenDescriptors(int processId) => _walker.Open(processId);

    /// <inheritdoc/>
    public ProcessKey? ReadKey(int processId) => _reader.ReadKey(processId);

    /// <inheritdoc/>
    public ProcessIdentity? ReadBrief(int processId) => _reader.ReadBrief(processId);

    /// <inheritdoc/>
    public ProcessIdentity? ReadIdentity(int processId) => _reader.ReadIdentity(processId);

    /// <inheritdoc/>
    public byte[] ReadCommandLine(ProcessKey process) => _reader.ReadCommandLine(process);

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _walker.Dispose();
    }
}
