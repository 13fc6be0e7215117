using ProcNet.Interfaces;

namespace ProcNet.Attribution;

/// <summary>
/// How network namespaces are joined, by the interfaces of all: a veth's endpoint and its peer, a macvlan and its parent, devices of the
/// machine that may be on one wire. That an interface's number fits is not enough, since any user numbers his own: the kernel is asked
/// which namespace is meant. Pure but for that.
/// </summary>
/// <param name="captured">The captured namespace.</param>
/// <param name="idOf">By which number the first namespace knows the second (RTM_GETNSID); null where by none.</param>
internal sealed class NamespaceGraph(long captured, Func<long, long, int?> idOf)
{
    // What carries packets to far ends that are set up by hand: they may be in any namespace that can be reached at all.
    private static readonly HashSet<string> s_tunnels =
    [
        "vxlan",
        "geneve",
        "gre",
        "gretap",
        "erspan",
        "ip6gre",
        "ip6gretap",
        "ip6erspan",
        "ipip",
        "ip6tnl",
        "sit",
        "vti",
        "vti6",
        "xfrm",
        "wireguard",
        "tun",
        "ppp",
        "l2tpeth",
        "bareudp",
        "macsec",
    ];

    private readonly Dictionary<long, IReadOnlyList<LinkInterface>> _links = [];

    /// <summary>Adds the interfaces of another namespace.</summary>
    public void Add(long networkNamespace, IReadOnlyList<LinkInterface> links) => _links[networkNamespace] = links;

    /// <summary>Says in a view, which has the captured namespace's interfaces, what leads where.</summary>
    public void AddTo(NetworkView view)
    {
        var joined = new Dictionary<long, HashSet<long>>();
        Dictionary<int, HashSet<long>> faced = FindJoints(view, joined);
        HashSet<long> onTheWire = [.. _links.Where(other => other.Value.Any(link => link.IsPhysical)).Select(other => other.Key)];
        var everything = new HashSet<long>(faced.Values.SelectMany(each => each));
        everything.UnionWith(onTheWire);
        foreach (long networkNamespace in _links.Keys)
        {
            view.Reach.AddLookedAt(networkNamespace);
        }

        foreach (List<LinkInterface> domain in FindDomains(view.Interfaces.Links))
        {
            var reached = new HashSet<long>();
            foreach (LinkInterface link in domain)
            {
                reached.UnionWith(faced.GetValueOrDefault(link.Index) ?? []);
                reached.UnionWith(link.IsPhysical ? onTheWire : []);
                reached.UnionWith(link.Kind is { } kind && s_tunnels.Contains(kind) ? everything : []);
            }

            foreach (long networkNamespace in Close(reached, joined))
            {
                domain.ForEach(link => view.Reach.Add(link.Index, networkNamespace));
            }
        }
    }

    /// <summary>Finds which namespaces are joined with which, and with which interface of the captured one.</summary>
    private Dictionary<int, HashSet<long>> FindJoints(NetworkView view, Dictionary<long, HashSet<long>> joined)
    {
        IEnumerable<(long Namespace, LinkInterface Link)> all = view
            .Interfaces.Links.Select(link => (captured, link))
            .Concat(_links.SelectMany(other => other.Value.Select(link => (other.Key, link))));
        ILookup<int, (long Namespace, LinkInterface Link)> byIndex = all.ToLookup(each => each.Link.Index);
        var faced = new Dictionary<int, HashSet<long>>();
        foreach (
            (long here, LinkInterface link) in all.Where(each => each.Link is { ParentIsElsewhere: true, ParentNamespaceId: not null })
        )
        {
            foreach ((long there, LinkInterface parent) in byIndex[link.ParentIndex])
            {
                // Of a veth both endpoints say the same: the captured namespace's word is asked for once.
                if (
                    here == there
                    || !MayBeParent(link, parent)
                    || (link.Kind == "veth" && there == captured)
                    || idOf(here, there) != link.ParentNamespaceId
                )
                {
                    continue;
                }

                if (here == captured || there == captured)
                {
                    long other = here == captured ? there : here;
                    int ours = here == captured ? link.Index : parent.Index;
                    view.Interfaces.AddFacing(other, ours);
                    Join(faced, ours, other);
                }
                else
                {
                    Join(joined, here, there);
                    Join(joined, there, here);
                }
            }
        }

        return faced;
    }

    private static bool MayBeParent(LinkInterface link, LinkInterface parent) =>
        link.Kind != "veth" || (parent.Kind == "veth" && parent.ParentIsElsewhere && parent.ParentIndex == link.Index);

    private static void Join<TKey>(Dictionary<TKey, HashSet<long>> joined, TKey from, long to)
        where TKey : notnull
    {
        if (!joined.TryGetValue(from, out HashSet<long>? known))
        {
            joined.Add(from, known = []);
        }

        known.Add(to);
    }

    /// <summary>All that can be reached from some namespaces, without a way back through the captured one.</summary>
    private static HashSet<long> Close(HashSet<long> from, Dictionary<long, HashSet<long>> joined)
    {
        var open = new Stack<long>(from);
        while (open.TryPop(out long at))
        {
            foreach (long next in joined.GetValueOrDefault(at) ?? [])
            {
                if (from.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return from;
    }

    /// <summary>
    /// Groups interfaces that show each other's packets without a route between: ports and their bridge, VLANs and their parent,
    /// both endpoints of a veth.
    /// </summary>
    private static IEnumerable<List<LinkInterface>> FindDomains(IReadOnlyCollection<LinkInterface> links)
    {
        Dictionary<int, int> group = links.ToDictionary(link => link.Index, link => link.Index);
        int Find(int index)
        {
            while (group[index] != index)
            {
                index = group[index] = group[group[index]];
            }

            return index;
        }

        foreach (LinkInterface link in links)
        {
            if (link.MasterIndex != 0 && group.ContainsKey(link.MasterIndex))
            {
                group[Find(link.Index)] = Find(link.MasterIndex);
            }

            if (link.ParentIndex != 0 && !link.ParentIsElsewhere && group.ContainsKey(link.ParentIndex))
            {
                group[Find(link.Index)] = Find(link.ParentIndex);
            }
        }

        return links.GroupBy(link => Find(link.Index)).Select(domain => domain.ToList());
    }
}
