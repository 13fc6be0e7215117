using ProcNet.Addresses;
using ProcNet.Interfaces;

namespace ProcNet.Attribution;

/// <summary>
/// Which addresses are whose: the local addresses of each network namespace that is known. Built once and not changed;
/// a later look makes a new one.
/// </summary>
internal sealed class NetworkView
{
    // Somebody may change addresses for ever.
    private const int MostPast = 1 << 16;

    private readonly Dictionary<AddressValue, List<long>> _namespaces = [];
    private readonly HashSet<AddressValue> _broadcasts = [];
    private readonly HashSet<long> _known = [];
    private readonly Dictionary<AddressValue, List<Past>> _past = [];
    private readonly List<(long Namespace, LocalPrefix Prefix)> _prefixes = [];
    private long[]? _captureOnly;

    /// <summary>Makes a view.</summary>
    /// <param name="captureNamespace">The namespace that the packets are captured in.</param>
    public NetworkView(long captureNamespace)
    {
        CaptureNamespace = captureNamespace;
        Devices = new AddressDevices(captureNamespace, Interfaces);
    }

    /// <summary>The namespace that the packets are captured in.</summary>
    public long CaptureNamespace { get; }

    /// <summary>How the interfaces of all known namespaces lie above, below and across each other.</summary>
    public InterfaceMap Interfaces { get; } = new();

    /// <summary>Which other namespaces can be reached by which interface.</summary>
    public NamespaceReach Reach { get; } = new();

    /// <summary>To which devices a socket may be bound that has a packet.</summary>
    public AddressDevices Devices { get; }

    /// <summary>Whether anything is known of a namespace.</summary>
    public bool Knows(long networkNamespace) => networkNamespace == CaptureNamespace || _known.Contains(networkNamespace);

    /// <summary>Adds a local address of a namespace.</summary>
    public void AddAddress(long networkNamespace, AddressValue address)
    {
        if (!_namespaces.TryGetValue(address, out List<long>? owners))
        {
            _namespaces.Add(address, owners = []);
        }

        if (!owners.Contains(networkNamespace))
        {
            owners.Add(networkNamespace);
        }

        _known.Add(networkNamespace);
    }

    /// <summary>Adds what a namespace's routing table calls local beside the addresses of its interfaces.</summary>
    public void AddLocalRoutes(long networkNamespace, IEnumerable<LocalPrefix> routes)
    {
        foreach (LocalPrefix route in routes)
        {
            if (route.Address.IsLoopback || route.Length == 0)
            {
                continue;
            }

            if (route.IsSingle)
            {
                AddAddress(networkNamespace, route.Address);
            }
            else
            {
                _prefixes.Add((networkNamespace, route));
            }
        }
    }

    /// <summary>Adds an address that a namespace had for a while between two looks.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="address">The address.</param>
    /// <param name="until">When it had gone at the latest, in microseconds since 1970 UTC.</param>
    public void AddPast(long networkNamespace, AddressValue address, long until)
    {
        if (_namespaces.TryGetValue(address, out List<long>? present) && present.Contains(networkNamespace))
        {
            return;
        }

        if (!_past.TryGetValue(address, out List<Past>? past))
        {
            if (_past.Count >= MostPast)
            {
                return;
            }

            _past.Add(address, past = []);
        }

        int known = past.FindIndex(one => one.Namespace == networkNamespace);
        if (known < 0)
        {
            past.Add(new Past(networkNamespace, until));
        }
        else if (past[known].Until < until)
        {
            past[known] = new Past(networkNamespace, until);
        }
    }

    /// <summary>Adds what an earlier look had and this one has not, with the time. Call it when all else has been added.</summary>
    /// <param name="earlier">The earlier view of the same captured namespace.</param>
    /// <param name="now">When this look was taken, in microseconds since 1970 UTC.</param>
    public void Remember(NetworkView earlier, long now)
    {
        foreach ((AddressValue address, List<Past> past) in earlier._past)
        {
            past.ForEach(one => AddPast(one.Namespace, address, one.Until));
        }

        foreach ((AddressValue address, List<long> namespaces) in earlier._namespaces)
        {
            namespaces.ForEach(networkNamespace => AddPast(networkNamespace, address, now));
        }

        foreach ((long Namespace, LocalPrefix Prefix) prefix in earlier._prefixes)
        {
            if (!_prefixes.Contains(prefix))
            {
                _prefixes.Add(prefix);
            }
        }

        _broadcasts.UnionWith(earlier._broadcasts);
        _known.UnionWith(earlier._known);
        Interfaces.Remember(earlier.Interfaces);
        Reach.Remember(earlier.Reach);
    }

    /// <summary>Adds a directed broadcast address.</summary>
    public void AddBroadcast(AddressValue address) => _broadcasts.Add(address);

    /// <summary>Whether packets to the address go to many: a multicast group or a broadcast address.</summary>
    public bool IsGroup(AddressValue address) => address.IsMulticast || address.IsLimitedBroadcast || _broadcasts.Contains(address);

    /// <summary>
    /// The namespaces in which the address may be local: only the capture's own where it has the address, which is then meant. Loopback
    /// addresses are local wherever they are captured. Empty where it is nobody's.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="at">When the conversation began, in microseconds since 1970 UTC: an address that had gone by then is not meant.</param>
    public IReadOnlyList<long> FindNamespaces(AddressValue address, long at = long.MinValue)
    {
        if (IsOfCapture(address, at))
        {
            return _captureOnly ??= [CaptureNamespace];
        }

        List<long>? present = _namespaces.GetValueOrDefault(address);
        if (!_past.TryGetValue(address, out List<Past>? past) && _prefixes.Count == 0)
        {
            return present ?? [];
        }

        List<long> all = [.. present ?? []];
        foreach (Past one in past ?? [])
        {
            if (one.Until >= at && !all.Contains(one.Namespace))
            {
                all.Add(one.Namespace);
            }
        }

        foreach ((long networkNamespace, LocalPrefix prefix) in _prefixes)
        {
            if (prefix.Contains(address) && !all.Contains(networkNamespace))
            {
                all.Add(networkNamespace);
            }
        }

        return all;
    }

    /// <summary>Whether the address is, or was, local in the namespace that is captured.</summary>
    /// <param name="address">The address.</param>
    /// <param name="at">When the conversation began, in microseconds since 1970 UTC.</param>
    public bool IsOfCapture(AddressValue address, long at = long.MinValue) =>
        address.IsLoopback
        || (_namespaces.TryGetValue(address, out List<long>? owners) && owners.Contains(CaptureNamespace))
        || (_past.TryGetValue(address, out List<Past>? past) && past.Exists(one => one.Namespace == CaptureNamespace && one.Until >= at))
        || (
            _prefixes.Count > 0
            && !address.IsAny
            && _prefixes.Exists(one => one.Namespace == CaptureNamespace && one.Prefix.Contains(address))
        );

    /// <summary>
    /// Whether a socket of a namespace may be an endpoint of what an interface showed: of the captured one always, of another one where the
    /// interface, or one in whose subnet the address is, leads there.
    /// </summary>
    public bool CanReach(int shownOn, AddressValue address, long networkNamespace)
    {
        if (networkNamespace == CaptureNamespace || Reach.Reaches(shownOn, networkNamespace))
        {
            return true;
        }

        foreach (int index in Reach.Reaches(0, networkNamespace) ? Interfaces.FindBySubnet(address) : [])
        {
            if (Reach.Reaches(index, networkNamespace))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the address is local in another namespace than the captured one.</summary>
    public bool IsOfOthers(AddressValue address) => !IsOfCapture(address) && FindNamespaces(address).Count > 0;

    /// <summary>
    /// Whether a socket that is bound to a device may have a packet. It may where too little is known to say that it may
    /// not.
    /// </summary>
    /// <param name="networkNamespace">The socket's namespace.</param>
    /// <param name="local">The packet's address at this endpoint.</param>
    /// <param name="shownOn">The index of the interface that showed the packet; 0 where it is not known.</param>
    /// <param name="device">The index of the device; 0 for none.</param>
    public bool MayBeBound(long networkNamespace, AddressValue local, int shownOn, int device)
    {
        if (device == 0 || shownOn == 0 || networkNamespace != CaptureNamespace)
        {
            return true;
        }

        Span<int> devices = stackalloc int[AddressDevices.Most];
        return devices[..Devices.Find(networkNamespace, local, shownOn, devices)].Contains(device)
            || Interfaces.IsAbove(device, shownOn)
            || Interfaces.IsAbove(shownOn, device);
    }

    /// <summary>The first of <see cref="FindNamespaces"/>. False where it is nobody's.</summary>
    /// <param name="address">The address.</param>
    /// <param name="networkNamespace">The namespace that has it.</param>
    public bool TryFindNamespace(AddressValue address, out long networkNamespace)
    {
        IReadOnlyList<long> found = FindNamespaces(address);
        networkNamespace = found.Count > 0 ? found[0] : CaptureNamespace;
        return found.Count > 0;
    }

    private readonly record struct Past(long Namespace, long Until);
}
