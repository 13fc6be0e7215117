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

    /// <summary>Makes a view.</summary>
    /// <param name="captureNamespace">The namespace that the packets are captured in.</param>
    public NetworkView(long captureNamespace) => CaptureNamespace = captureNamespace;

    /// <summary>The namespace that the packets are captured in.</summary>
    public long CaptureNamespace { get; }

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
    }

    /// <summary>Adds a directed broadcast address.</summary>
    public void AddBroadcast(AddressValue address) => _broadcasts.Add(address);

    /// <summary>Whether packets to the address go to many: a multicast group or a broadcast address.</summary>
    public bool IsGroup(AddressValue address) =>
        address.IsMulticast || address.IsLimitedBroadcast || _broadcasts.Contains(address);

    /// <summary>
    /// The namespace in which the address is local: the capture's own before others. Loopback addresses are local wherever they are
    /// captured. False where it is nobody's.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="networkNamespace">The namespace that has it.</param>
    public bool TryFindNamespace(AddressValue address, out long networkNamespace)
    {
        networkNamespace = CaptureNamespace;
        if (address.IsLoopback)
        {
            return true;
        }

        if (!_namespaces.TryGetValue(address, out List<long>? owners))
        {
            return false;
        }

        if (!owners.Contains(CaptureNamespace))
        {
            networkNamespace = owners[0];
        }

        return true;
    }
}
