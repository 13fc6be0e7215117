namespace ProcNet.Interfaces;

/// <summary>
/// Which interfaces a capture takes where the user named none, so that a packet of this host's own is counted once.
/// <para>Every interface that is up, less these, whose packets another one of the set shows again:</para>
/// <list type="bullet">
/// <item>
/// A port of a bridge, bond or team that is up (or of a physical device: Azure's VF under its netvsc). What this host's sockets send and
/// receive through the port passes the master too (net/core/dev.c: the master's rx_handler hands the packet on as the master's; a packet
/// sent on the master is sent again on the port). What one port forwards to another is no socket's of this namespace and is not seen. But
/// the ports of a bridge that applies the rules of IP (br_netfilter, as Docker and Kubernetes have it) stay: what is translated there and
/// goes back to another port does not pass the bridge's device at all, or half translated.
/// </item>
/// <item>
/// A VLAN, macvlan, macvtap, ipvlan or ipvtap whose parent is up and in this namespace: each of its packets passes the parent, with
/// the tag that the decoder reads past. The parent is kept, since it also has packets of its own. Where the parent is itself the
/// port of a bond or bridge, the sub-interface shows what the master does not, and stays. (Packets between two macvlans of one
/// parent never reach it: they are not seen from here.)
/// </item>
/// </list>
/// <para>
/// A port of a VRF stays: its packets pass the VRF device as well, but only IP's and not all of them; the VRF device goes instead.
/// A port of an Open vSwitch stays: its packets do not pass the switch's device (ovs-system).
/// Tunnels (vxlan, gre, ipip, sit, wireguard, tun, ppp) stay beside what carries them: their packets are others than the carrier's.
/// A veth end stays: the other endpoint is in another namespace or is another of this host's interfaces. Loopback, ifb and dummy stay.
/// Devices that are no links (nflog, nfqueue, usbmon, bluetooth) are libpcap's inventions and not in the kernel's list at all.
/// </para>
/// </summary>
internal static class CaptureSelection
{
    /// <summary>Chooses.</summary>
    /// <param name="links">All interfaces of one network namespace.</param>
    /// <returns>Those to capture, in the same order.</returns>
    public static IReadOnlyList<LinkInterface> Select(IReadOnlyList<LinkInterface> links)
    {
        Dictionary<int, LinkInterface> byIndex = links.ToDictionary(link => link.Index);
        return [.. links.Where(link => link.IsUp && !IsShownByAnother(link, byIndex))];
    }

    /// <summary>Finds interfaces by name.</summary>
    /// <param name="links">All interfaces of one network namespace.</param>
    /// <param name="names">The names, as <c>ip link</c> shows them.</param>
    /// <exception cref="ProcNetException">One does not exist, or is down.</exception>
    public static IReadOnlyList<LinkInterface> Find(IReadOnlyList<LinkInterface> links, IEnumerable<string> names)
    {
        var found = new List<LinkInterface>();
        foreach (string name in names)
        {
            LinkInterface link =
                links.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new ProcNetException(
                    ProcNetError.InterfaceNotFound,
                    $"There is no network interface '{name}'.",
                    $"These exist: {string.Join(", ", links.Select(candidate => candidate.Name))}. With none named, all that are up are captured.",
                    name
                );
            if (!link.IsUp)
            {
                throw new ProcNetException(
                    ProcNetError.InterfaceDown,
                    $"The network interface '{name}' is down.",
                    $"Bring it up with 'ip link set {name} up', or choose one that is up.",
                    name
                );
            }

            if (!found.Contains(link))
            {
                found.Add(link);
            }
        }

        return found;
    }

    private static bool IsShownByAnother(LinkInterface link, Dictionary<int, LinkInterface> byIndex)
    {
        if (link.Kind == "vrf")
        {
            return true;
        }

        if (IsPort(link, byIndex))
        {
            return true;
        }

        return link.Kind is "vlan" or "macvlan" or "macvtap" or "ipvlan" or "ipvtap"
            && !link.ParentIsElsewhere
            && byIndex.TryGetValue(link.ParentIndex, out LinkInterface? parent)
            && parent.IsUp
            && !IsPort(parent, byIndex);
    }

    private static bool IsPort(LinkInterface link, Dictionary<int, LinkInterface> byIndex) =>
        link.MasterIndex != 0
        && byIndex.TryGetValue(link.MasterIndex, out LinkInterface? master)
        && master is { IsUp: true, Kind: null or "bridge" or "bond" or "team", FiltersBridged: false };
}
