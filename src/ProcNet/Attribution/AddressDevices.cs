using ProcNet.Addresses;
using ProcNet.Interfaces;

namespace ProcNet.Attribution;

/// <summary>
/// To which devices a socket may be bound (SO_BINDTODEVICE, a VRF, every connection of IPv6 link-local addresses) that has a packet. A
/// lookup for a socket finds those bound to the device that it names, and all that are bound to none (inet_bound_dev_eq,
/// include/net/inet_sock.h). Built with the <see cref="NetworkView"/>, and not changed after.
/// </summary>
internal sealed class AddressDevices
{
    /// <summary>The most devices that <see cref="Find"/> gives.</summary>
    public const int Most = 8;

    private readonly Dictionary<(long Namespace, AddressValue Address), List<int>> _having = [];
    private readonly Dictionary<(long Namespace, int Index), int> _masters = [];
    private readonly HashSet<int> _loopbacks = [];
    private readonly long _captureNamespace;
    private readonly InterfaceMap _interfaces;

    /// <summary>Knows no device yet.</summary>
    /// <param name="captureNamespace">The namespace that the packets are captured in.</param>
    /// <param name="interfaces">How its interfaces lie.</param>
    public AddressDevices(long captureNamespace, InterfaceMap interfaces)
    {
        _captureNamespace = captureNamespace;
        _interfaces = interfaces;
    }

    /// <summary>Adds what a namespace has.</summary>
    public void Add(long networkNamespace, IEnumerable<InterfaceAddress> addresses, IEnumerable<LinkInterface> links)
    {
        foreach (InterfaceAddress address in addresses)
        {
            if (!_having.TryGetValue((networkNamespace, address.Address), out List<int>? having))
            {
                _having.Add((networkNamespace, address.Address), having = []);
            }

            having.Add(address.InterfaceIndex);
        }

        foreach (LinkInterface link in links)
        {
            if (link.MasterIndex != 0)
            {
                _masters[(networkNamespace, link.Index)] = link.MasterIndex;
            }

            if (link.IsLoopback && networkNamespace == _captureNamespace)
            {
                _loopbacks.Add(link.Index);
            }
        }
    }

    /// <summary>
    /// Finds the devices, the likeliest first: the interface that showed the packet; those above it that have the address; and the masters
    /// of all these. What passes by loopback is taken for a packet of the interface that has the address (rt_iif in __mkroute_output,
    /// IP6CB(skb)->iif in ip6_rcv_core).
    /// </summary>
    /// <param name="networkNamespace">The namespace of the socket.</param>
    /// <param name="local">Its address.</param>
    /// <param name="shownOn">The index of the captured interface; 0 where it is not known.</param>
    /// <param name="into">Takes them.</param>
    /// <returns>How many there are.</returns>
    public int Find(long networkNamespace, AddressValue local, int shownOn, Span<int> into)
    {
        int count = 0;
        List<int>? having = _having.GetValueOrDefault((networkNamespace, local));
        bool isElsewhere =
            networkNamespace != _captureNamespace
            || shownOn == 0
            || (having is not null && _loopbacks.Contains(shownOn) && !having.Contains(shownOn));
        if (!isElsewhere)
        {
            Add(shownOn, into, ref count);
        }

        for (int i = 0; i < having?.Count; i++)
        {
            // Two links that have the same address (fe80::1 of every bridge) are not each other's.
            if (isElsewhere || (having[i] != shownOn && _interfaces.IsAbove(having[i], shownOn)))
            {
                Add(having[i], into, ref count);
            }
        }

        for (int i = 0, end = count; i < end; i++)
        {
            Add(_masters.GetValueOrDefault((networkNamespace, into[i])), into, ref count);
        }

        return count;
    }

    /// <summary>Whether a device has an address.</summary>
    public bool Has(long networkNamespace, AddressValue address, int device) =>
        _having.TryGetValue((networkNamespace, address), out List<int>? having) && having.Contains(device);

    private static void Add(int device, Span<int> into, ref int count)
    {
        if (device != 0 && count < into.Length && !into[..count].Contains(device))
        {
            into[count++] = device;
        }
    }
}
