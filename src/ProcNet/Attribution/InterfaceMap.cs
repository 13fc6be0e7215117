using ProcNet.Addresses;
using ProcNet.Interfaces;

namespace ProcNet.Attribution;

/// <summary>
/// How interfaces relate: which is stacked on which, which is the other endpoint of which, which one leads to a namespace or an address. By
/// it one packet that several interfaces show is counted once. Built with the <see cref="NetworkView"/>, and not changed after.
/// </summary>
internal sealed class InterfaceMap
{
    // Stacks are a few high; a ring that a broken answer of the kernel makes must not hold us.
    private const int HighestStack = 8;

    private readonly Dictionary<int, LinkInterface> _links = [];
    private readonly Dictionary<string, int> _byName = [];
    private readonly Dictionary<int, List<Subnet>> _subnets = [];
    private readonly HashSet<ushort> _tunnelPorts = [];
    private readonly Dictionary<long, HashSet<int>> _facing = [];

    /// <summary>Adds the interfaces of the captured namespace.</summary>
    public void AddLinks(IEnumerable<LinkInterface> links)
    {
        foreach (LinkInterface link in links)
        {
            _links[link.Index] = link;
            _byName[link.Name] = link.Index;
            _tunnelPorts.Add(link.TunnelPort);
        }
    }

    /// <summary>Adds the subnet of an address of an interface of the captured namespace.</summary>
    public void AddSubnet(int interfaceIndex, AddressValue address, int prefixLength)
    {
        if (!_subnets.TryGetValue(interfaceIndex, out List<Subnet>? subnets))
        {
            _subnets.Add(interfaceIndex, subnets = []);
        }

        subnets.Add(new Subnet(address, prefixLength));
    }

    /// <summary>The interfaces of the captured namespace, and those that it had.</summary>
    public IReadOnlyCollection<LinkInterface> Links => _links.Values;

    /// <summary>
    /// Notes that an interface of the captured namespace is the other endpoint of a veth of another one, or the parent of its
    /// macvlan, ipvlan or VLAN.
    /// </summary>
    public void AddFacing(long networkNamespace, int index)
    {
        if (!_facing.TryGetValue(networkNamespace, out HashSet<int>? facing))
        {
            _facing.Add(networkNamespace, facing = []);
        }

        facing.Add(index);
    }

    /// <summary>Adds what an earlier look had and this one has not: interfaces that went, and where they led.</summary>
    public void Remember(InterfaceMap earlier)
    {
        foreach ((int index, LinkInterface link) in earlier._links)
        {
            if (_links.TryAdd(index, link))
            {
                _byName.TryAdd(link.Name, index);
                if (earlier._subnets.TryGetValue(index, out List<Subnet>? subnets))
                {
                    _subnets.TryAdd(index, subnets);
                }
            }
        }

        foreach ((long networkNamespace, HashSet<int> facing) in earlier._facing)
        {
            foreach (int index in facing)
            {
                AddFacing(networkNamespace, index);
            }
        }
    }

    /// <summary>Whether the kernel itself takes UDP on a port of the captured namespace, for a tunnel.</summary>
    public bool IsTunnelPort(ushort port) => port != 0 && _tunnelPorts.Contains(port);

    /// <summary>The index of an interface by its name; 0 where there is none.</summary>
    public int IndexOf(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// Whether what the lower interface shows passes the upper one too, nearer the sockets: a bridge, bond or team over its port, a VLAN,
    /// macvlan or ipvlan over its parent, the port of a VRF over the VRF.
    /// </summary>
    public bool IsAbove(int upper, int lower)
    {
        var at = new List<int> { upper };
        for (int step = 0; step < HighestStack && at.Count > 0; step++)
        {
            var below = new List<int>();
            foreach (int index in at)
            {
                AddBelow(index, below);
            }

            if (below.Contains(lower))
            {
                return true;
            }

            at = below;
        }

        return false;
    }

    /// <summary>Whether they are the two endpoints of one veth pair in the captured namespace, so that each packet passes both.</summary>
    public bool AreEnds(int left, int right) =>
        _links.TryGetValue(left, out LinkInterface? link)
        && link is { Kind: "veth", ParentIsElsewhere: false }
        && link.ParentIndex == right
        && left != right;

    /// <summary>Whether an interface shows nothing but what was redirected to it from others (ifb, tc-mirred(8)).</summary>
    public bool IsRedirected(int index) => _links.TryGetValue(index, out LinkInterface? link) && link.Kind == "ifb";

    /// <summary>The interfaces of whose subnets an address is.</summary>
    public IEnumerable<int> FindBySubnet(AddressValue address)
    {
        foreach ((int index, List<Subnet> subnets) in _subnets)
        {
            if (subnets.Exists(subnet => subnet.Contains(address)))
            {
                yield return index;
            }
        }
    }

    /// <summary>Whether an interface is the other endpoint of one in another namespace.</summary>
    public bool Faces(int index, long networkNamespace) =>
        _facing.TryGetValue(networkNamespace, out HashSet<int>? facing) && facing.Contains(index);

    /// <summary>
    /// How directly an interface leads to an address of another namespace: 3 into it, 2 to the bridge before it, 1 to its subnet,
    /// 0 elsewhere.
    /// </summary>
    public int Nearness(int index, long networkNamespace, AddressValue address)
    {
        if (_facing.TryGetValue(networkNamespace, out HashSet<int>? facing))
        {
            if (facing.Contains(index))
            {
                return 3;
            }

            foreach (int port in facing)
            {
                if (IsAbove(index, port))
                {
                    return 2;
                }
            }
        }

        return _subnets.TryGetValue(index, out List<Subnet>? subnets) && subnets.Exists(subnet => subnet.Contains(address)) ? 1 : 0;
    }

    private void AddBelow(int index, List<int> below)
    {
        if (!_links.TryGetValue(index, out LinkInterface? link))
        {
            return;
        }

        if (link.Kind is "vlan" or "macvlan" or "macvtap" or "ipvlan" or "ipvtap" && !link.ParentIsElsewhere)
        {
            below.Add(link.ParentIndex);
        }

        if (link.MasterIndex != 0 && _links.TryGetValue(link.MasterIndex, out LinkInterface? master) && master.Kind == "vrf")
        {
            below.Add(master.Index);
        }

        if (link.Kind == "vrf")
        {
            return;
        }

        foreach (LinkInterface port in _links.Values)
        {
            if (port.MasterIndex == index)
            {
                below.Add(port.Index);
            }
        }
    }

    private readonly record struct Subnet(AddressValue Address, int PrefixLength)
    {
        public bool Contains(AddressValue other) => Address.HasPrefixOf(other, PrefixLength);
    }
}
