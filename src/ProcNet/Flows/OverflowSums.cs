using ProcNet.Addresses;

namespace ProcNet.Flows;

/// <summary>
/// What finds a flow table full, or had to make room in it: summed by the network that the other end is of (/16 of IPv4, /32 of IPv6), for
/// a fixed number of networks, and the rest in one sum of each interface. Low stands for this host in them, High is the network.
/// </summary>
internal sealed class OverflowSums
{
    /// <summary>How many networks have a sum of their own.</summary>
    public const int MostNetworks = 256;

    /// <summary>The length of an IPv4 network's prefix.</summary>
    public const int IPv4Prefix = 16;

    /// <summary>The length of an IPv6 network's prefix.</summary>
    public const int IPv6Prefix = 32;

    private readonly Dictionary<FlowKey, int> _places = [];
    private FlowCounters[] _sums = new FlowCounters[4];
    private int _networks;

    /// <summary>How many sums there are.</summary>
    public int Count { get; private set; }

    /// <summary>The sums.</summary>
    public ReadOnlySpan<FlowCounters> Sums => _sums.AsSpan(0, Count);

    /// <summary>The key of the sum of an interface that is of no network's own.</summary>
    public static FlowKey RestOf(ushort interfaceSlot) => FlowKey.Special(FlowKind.TableFull, 0, interfaceSlot);

    /// <summary>The key of a network's sum.</summary>
    /// <param name="remote">An address of the network.</param>
    /// <param name="interfaceSlot">The interface.</param>
    public static FlowKey KeyOf(AddressValue remote, ushort interfaceSlot) =>
        FlowKey.Create(default, 0, NetworkOf(remote), 0, 0, FlowKind.TableFull, interfaceSlot, out _);

    /// <summary>
    /// Which end of an entry is this host's, as far as the first packet tells: its sender where the frame left from here, else the other
    /// end. It never changes.
    /// </summary>
    public static bool LocalIsLow(in FlowCounters entry) =>
        ((entry.Flags & FlowFlags.LowSentFirst) != 0) == ((entry.Flags & FlowFlags.FirstSentFromHere) != 0);

    /// <summary>A network in the usual notation.</summary>
    /// <param name="network">Its address, the High end of a sum's key.</param>
    public static string Describe(AddressValue network) => $"{network}/{(network.IsIPv4 ? IPv4Prefix : IPv6Prefix)}";

    /// <summary>Makes an interface known.</summary>
    public void AddInterface(ushort slot) => Make(RestOf(slot));

    /// <summary>The sum of a key; stands until the next call.</summary>
    public ref FlowCounters Of(FlowKey key)
    {
        if (_places.TryGetValue(key, out int place))
        {
            return ref _sums[place];
        }

        if (_networks == MostNetworks)
        {
            return ref _sums[_places[RestOf(key.Interface)]];
        }

        _networks++;
        return ref Make(key);
    }

    /// <summary>Adds the counts of an entry that makes room.</summary>
    public void Add(in FlowCounters entry) => AddSum(ToSum(entry));

    /// <summary>Adds counts that are those of a sum already (<see cref="ToSum(in FlowCounters)"/>).</summary>
    public void AddSum(in FlowCounters moved)
    {
        ref FlowCounters sum = ref Of(moved.Key);
        sum.FirstSeen = sum.TotalPackets == 0 ? moved.FirstSeen : Math.Min(sum.FirstSeen, moved.FirstSeen);
        sum.LastSeen = Math.Max(sum.LastSeen, moved.LastSeen);
        sum.LowBytes += moved.LowBytes;
        sum.LowPackets += moved.LowPackets;
        sum.HighBytes += moved.HighBytes;
        sum.HighPackets += moved.HighPackets;
    }

    /// <summary>An entry's counts as those of the sum that they go to: Low is this host.</summary>
    public static FlowCounters ToSum(in FlowCounters entry) =>
        // Of what has no addresses it is so already.
        ToSum(entry, entry.Key.Kind is not (FlowKind.Conversation or FlowKind.Fragment) || LocalIsLow(entry));

    /// <inheritdoc cref="ToSum(in FlowCounters)"/>
    /// <param name="entry">The entry.</param>
    /// <param name="localIsLow">Which end is this host's.</param>
    public static FlowCounters ToSum(in FlowCounters entry, bool localIsLow) =>
        new()
        {
            Key = entry.Key.Kind is FlowKind.Conversation or FlowKind.Fragment
                ? KeyOf(localIsLow ? entry.Key.High : entry.Key.Low, entry.Key.Interface)
                : RestOf(entry.Key.Interface),
            FirstSeen = entry.FirstSeen,
            LastSeen = entry.LastSeen,
            LowBytes = localIsLow ? entry.LowBytes : entry.HighBytes,
            LowPackets = localIsLow ? entry.LowPackets : entry.HighPackets,
            HighBytes = localIsLow ? entry.HighBytes : entry.LowBytes,
            HighPackets = localIsLow ? entry.HighPackets : entry.LowPackets,
        };

    private static AddressValue NetworkOf(AddressValue address) =>
        address.IsIPv4
            ? AddressValue.FromIPv4(address.IPv4 & (uint.MaxValue << (32 - IPv4Prefix)))
            : new AddressValue(address.High & (ulong.MaxValue << (64 - IPv6Prefix)), 0);

    private ref FlowCounters Make(FlowKey key)
    {
        if (Count == _sums.Length)
        {
            Array.Resize(ref _sums, Count * 2);
        }

        _places.Add(key, Count);
        ref FlowCounters made = ref _sums[Count++];
        made.Key = key;
        return ref made;
    }
}
