using ProcNet.Addresses;
using ProcNet.Names;

namespace ProcNet.Attribution;

/// <summary>
/// Says which name the remote end of a conversation has, by what was learned of the traffic and, for conversations of this machine, by its
/// hosts file. It lives as long as the measurement: which addresses are local it learns of what was attributed.
/// </summary>
internal sealed class NameLookup
{
    private const int MaxLocal = 4096;
    private const int MaxNames = 16;

    private readonly NameRegister _register;
    private readonly Dictionary<AddressValue, string> _hosts;
    private readonly Dictionary<(int Port, string Protocol), string> _services;
    private readonly long? _namespace;
    private readonly HashSet<AddressValue> _local = [];
    private readonly Lock _gate = new();
    private AddressValue[] _clients = [];

    /// <summary>Begins with what was learned by now and what will be.</summary>
    /// <param name="register">What is learned.</param>
    /// <param name="hosts">Names of addresses for the conversations of a namespace; empty for none.</param>
    /// <param name="services">Names of ports.</param>
    /// <param name="ownNamespace">That namespace; null where it is not known.</param>
    public NameLookup(
        NameRegister register,
        Dictionary<AddressValue, string> hosts,
        Dictionary<(int Port, string Protocol), string> services,
        long? ownNamespace
    )
    {
        _register = register;
        _hosts = hosts;
        _services = services;
        _namespace = ownNamespace;
    }

    /// <summary>Learns which addresses are this machine's: what it was told at one counts for the others.</summary>
    public void Learn(IReadOnlyList<AttributedFlow> flows)
    {
        lock (_gate)
        {
            foreach (AttributedFlow flow in flows)
            {
                if (flow.Match.Category != TrafficCategory.Forwarded && _local.Count < MaxLocal && HasEndpoints(flow))
                {
                    _local.Add(flow.LocalAddress);
                }
            }

            _clients = [.. _register.Clients.Where(client => client.IsLoopback || _local.Contains(client))];
        }
    }

    /// <summary>The names of the remote end, with blanks between; null where none is known.</summary>
    public (string? Name, NameEvidence Evidence) Find(in AttributedFlow flow)
    {
        if (!HasEndpoints(flow))
        {
            return default;
        }

        AskedName? asked = null;
        foreach (AskedName candidate in _register.Asked(flow.Key, flow.FirstSeen, flow.LastSeen))
        {
            // What the remote end asks for is the name of this one.
            asked = candidate.FromLow == flow.LocalIsLow ? candidate : asked;
        }

        if (asked is { MayBeCover: false } sure)
        {
            return (sure.Name, sure.Evidence);
        }

        List<string> told = Told(flow);
        if (asked is { } perhaps)
        {
            return told.Count == 0 || told.Contains(perhaps.Name)
                ? (perhaps.Name, perhaps.Evidence)
                : (Join([perhaps.Name, .. told]), perhaps.Evidence | NameEvidence.Dns);
        }

        if (told.Count > 0)
        {
            return (Join(told), NameEvidence.Dns);
        }

        bool isOwn =
            flow.Match.Category != TrafficCategory.Forwarded
            && (_namespace is null || flow.NetworkNamespace is null || flow.NetworkNamespace == _namespace);
        return isOwn && _hosts.TryGetValue(flow.RemoteAddress, out string? names) ? (names, NameEvidence.Hosts) : default;
    }

    /// <summary>The name that a port has in this machine's table; null for none.</summary>
    public string? FindService(TransportProtocol protocol, int port) =>
        protocol switch
        {
            TransportProtocol.Tcp => _services.GetValueOrDefault((port, "tcp")),
            TransportProtocol.Udp or TransportProtocol.UdpLite => _services.GetValueOrDefault((port, "udp")),
            TransportProtocol.Sctp => _services.GetValueOrDefault((port, "sctp")),
            _ => null,
        };

    private List<string> Told(in AttributedFlow flow)
    {
        List<string> names = [];
        Add(names, _register.Told(flow.LocalAddress, flow.RemoteAddress, flow.FirstSeen));
        if (names.Count == 0 && flow.Match.Category != TrafficCategory.Forwarded)
        {
            // A name server answers at one address (or on loopback), and the conversation begins at another, of IPv6 perhaps.
            foreach (AddressValue client in _clients)
            {
                Add(names, _register.Told(client, flow.RemoteAddress, flow.FirstSeen));
            }
        }

        return names;
    }

    private static void Add(List<string> names, IReadOnlyList<ToldName> told)
    {
        foreach (ToldName name in told)
        {
            if (names.Count < MaxNames && !names.Contains(name.Name))
            {
                names.Add(name.Name);
            }
        }
    }

    private static string Join(IEnumerable<string> names) => string.Join(' ', names.Distinct());

    private static bool HasEndpoints(in AttributedFlow flow) => flow.Key.Kind is Flows.FlowKind.Conversation or Flows.FlowKind.Fragment;
}
