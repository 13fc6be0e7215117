using System.Collections.Concurrent;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// The network namespaces in which a measurement asks for sockets: the captured one, and the others of this machine. <see cref="View"/> and
/// <see cref="OwnTable"/> are any thread's, the rest is the search's thread's.
/// </summary>
internal sealed class LookupNamespaces : IDisposable
{
    private readonly Func<ISocketTable> _openTable;
    private readonly Func<NetworkView> _readView;
    private readonly ThreadLocal<ISocketTable> _tables;
    private readonly NamespaceSurvey _others;
    private readonly long _captured;
    private readonly ConcurrentQueue<AddressValue> _noted = [];
    private volatile NetworkView _view;

    /// <summary>Reads the view of the captured one; the others are not looked at before <see cref="Refresh"/>.</summary>
    /// <param name="host">Sockets and namespaces.</param>
    /// <param name="notify">Takes notices.</param>
    public LookupNamespaces(LookupHost host, Action<Notice> notify)
    {
        _openTable = () => host.OpenSocketTable(notify);
        _tables = new ThreadLocal<ISocketTable>(_openTable, trackAllValues: true);
        _readView = host.ReadNetworkView;
        _view = _readView();
        _captured = _view.CaptureNamespace;
        _others = new NamespaceSurvey(host, notify);
    }

    /// <summary>Whose the addresses are.</summary>
    public NetworkView View => _view;

    /// <summary>The tables of the captured one, for the calling thread.</summary>
    public ISocketTable OwnTable => _tables.Value!;

    /// <summary>Whether it is not too soon for another <see cref="Refresh"/>.</summary>
    /// <param name="isHurried">Whether something came just now that may be gone soon.</param>
    public bool IsDue(bool isHurried) => _others.IsDue(isHurried);

    /// <summary>Whether what is known of the others may be old.</summary>
    public bool IsStale => _others.IsStale;

    /// <summary>Looks at which others there are, and reads whose the addresses are.</summary>
    /// <param name="isWanted">Whether something is looked for, which may be a new address.</param>
    public void Refresh(bool isWanted)
    {
        _others.Refresh(_captured, isWanted);
        RefreshOwn();
    }

    /// <summary>Notes an address that the captured one has or had. Any thread may call.</summary>
    public void Note(AddressValue address) => _noted.Enqueue(address);

    /// <summary>Reads whose the addresses are, without a look at which others there are.</summary>
    public void RefreshOwn()
    {
        NetworkView view = _readView();
        while (_noted.TryDequeue(out AddressValue address))
        {
            // One that is there is not past.
            view.AddPast(_captured, address, Clock.Now);
        }

        _others.AddTo(view);
        view.Remember(_view, Clock.Now);
        _view = view;
    }

    /// <summary>The tables of one; null where it is not known, or has gone.</summary>
    public ISocketTable? TableOf(long networkNamespace) => networkNamespace == _captured ? OwnTable : _others.Find(networkNamespace);

    /// <summary>Opens the tables of the captured one anew, from the present thread's namespaces.</summary>
    public ISocketTable OpenOwnTable() => _openTable();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ISocketTable table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Dispose();
        _others.Dispose();
    }
}
