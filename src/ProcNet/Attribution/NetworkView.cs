using ProcNet.Addresses;

namespace ProcNet.Attribution;

/// <summary>
/// Which addresses are whose: the local addresses of each network namespace that is known. Built once and not changed;
/// a later look makes a new one.
/// </summary>
internal sealed class NetworkView
{
    private readonly Dictionary<AddressValue, List<long>> _namespaces = [];
    private readonly HashSet<AddressValue> _broadcasts = [];
    private readonly HashSet<long> _known = [];
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

    /// <summary>Adds a directed broadcast address.</summary>
    public void AddBroadcast(AddressValue address) => _broadcasts.Add(address);

    /// <summary>Whether packets to the address go to many: a multicast group or a broadcast address.</summary>
    public bool IsGroup(AddressValue address) =>
        address.IsMulticast || address.IsLimitedBroadcast || _broadcasts.Contains(address);

    /// <summary>
    /// The namespaces in which the address may be local: only the capture's own where it has the address, which is then meant. Loopback addresses
    /// are local wherever they are captured. Empty where it is nobody's.
    /// </summary>
    public IReadOnlyList<long> FindNamespaces(AddressValue address)
    {
        if (IsOfCapture(address))
        {
            return _captureOnly ??= [CaptureNamespace];
        }

        return _namespaces.TryGetValue(address, out List<long>? owners) ? owners : [];
    }

    /// <summary>Whether the address is local in the namespace that is captured.</summary>
    public bool IsOfCapture(AddressValue address) =>
        address.IsLoopback || (_namespaces.TryGetValue(address, out List<long>? owners) && owners.Contains(CaptureNamespace));

    /// <summary>Whether the address is local in another namespace than the captured one.</summary>
    public bool IsOfOthers(AddressValue address) => !IsOfCapture(address) && _namespaces.ContainsKey(address);

    /// <summary>Whether a socket that is bound to a device may have a packet. It may where too little is known to say that it may not.</summary>
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
            || Interfaces.IsAbove(device, shownOn) || Interfaces.IsAbove(shownOn, device);
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
}
