using ProcNet.Attribution;
using ProcNet.Flows;

namespace ProcNet.OwnerLookup;

/// <summary>
/// The owners of a file's packets: what the file says, and of what it says nothing either what was given with it (saved sockets), or what
/// this machine knows where it is the file's own, or nothing.
/// </summary>
internal sealed class SavefileOwnerSearch : IOwnerSearch
{
    private readonly Func<SavefileAttributor> _file;
    private readonly IOwnerSearch? _host;
    private readonly Func<FlowSnapshot, CancellationToken, List<AttributedFlow>> _rest;
    private SavefileAttributor? _attributor;

    /// <summary>Of a file that is not this machine's.</summary>
    /// <param name="file">What the file says, once it is read.</param>
    /// <param name="rest">Attributes what it says nothing of.</param>
    public SavefileOwnerSearch(Func<SavefileAttributor> file, Func<FlowSnapshot, CancellationToken, List<AttributedFlow>> rest)
    {
        _file = file;
        _rest = rest;
    }

    /// <summary>Of a file of this machine.</summary>
    /// <param name="file">What the file says, once it is read.</param>
    /// <param name="host">Looks among the sockets of now; from now on this object's own.</param>
    public SavefileOwnerSearch(Func<SavefileAttributor> file, IOwnerSearch host)
        : this(file, (snapshot, _) => host.Attribute(snapshot)) => _host = host;

    /// <inheritdoc/>
    public INewFlowObserver? Observer => _host?.Observer;

    /// <inheritdoc/>
    public Exception? Failure => _host?.Failure;

    /// <inheritdoc/>
    public int UnreadableProcesses => _host?.UnreadableProcesses ?? 0;

    /// <inheritdoc/>
    public int KnownSockets => _host?.KnownSockets ?? 0;

    /// <inheritdoc/>
    public void Start() => _host?.Start();

    /// <inheritdoc/>
    public void OnSourceStarted() => _host?.OnSourceStarted();

    /// <inheritdoc/>
    public List<AttributedFlow> ResolveOwners(FlowSnapshot snapshot, CancellationToken cancellation = default) =>
        File.Attribute(snapshot, (rest, token) => _host is null ? _rest(rest, token) : _host.ResolveOwners(rest, token), cancellation);

    /// <inheritdoc/>
    public List<AttributedFlow> Attribute(FlowSnapshot snapshot) => File.Attribute(snapshot, _rest);

    /// <inheritdoc/>
    public void Forget(FlowSnapshot kept, long notSeenSince) => _host?.Forget(kept, notSeenSince);

    /// <inheritdoc/>
    public void Cancel() => _host?.Cancel();

    /// <inheritdoc/>
    public void Stop() => _host?.Stop();

    /// <inheritdoc/>
    public void Dispose() => _host?.Dispose();

    private SavefileAttributor File => _attributor ??= _file();
}
