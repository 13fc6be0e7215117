using System.Runtime.CompilerServices;
using ProcNet.Addresses;

namespace ProcNet.Flows;

/// <summary>
/// A conversation on one interface, the same for both directions: the endpoint that sorts first (address, then port) is Low.
/// Which end is local is decided later, when the addresses of the host are known.
/// </summary>
internal readonly struct FlowKey : IEquatable<FlowKey>
{
    // Random per process, so that nobody outside can choose packets that collide.
    private static readonly ulong s_seed1 = NextSeed();
    private static readonly ulong s_seed2 = NextSeed();
    private static readonly ulong s_seed3 = NextSeed();
    private static readonly ulong s_seed4 = NextSeed();
    private static readonly ulong s_seed5 = NextSeed();

    // IPv6 packets between IPv4-mapped addresses: not those of IPv4, whose addresses are held in the same form.
    private const ulong MappedBit = 1UL << 23;

    // LowPort 16 | HighPort 16 | Protocol 8 | Mapped 1, Kind 7 | Interface 16
    private readonly ulong _meta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FlowKey(AddressValue low, AddressValue high, ulong meta)
    {
        Low = low;
        High = high;
        _meta = meta;
    }

    /// <summary>The address that sorts first.</summary>
    public AddressValue Low { get; }

    /// <summary>The other address.</summary>
    public AddressValue High { get; }

    /// <summary>The port that goes with <see cref="Low"/>; an ICMP echo identifier stands in both ports.</summary>
    public ushort LowPort => (ushort)(_meta >> 48);

    /// <summary>The port that goes with <see cref="High"/>.</summary>
    public ushort HighPort => (ushort)(_meta >> 32);

    /// <summary>The IP protocol number.</summary>
    public byte Protocol => (byte)(_meta >> 24);

    /// <summary>What the entry holds.</summary>
    public FlowKind Kind => (FlowKind)((_meta >> 16) & 0x7F);

    /// <summary>
    /// Whether its packets were IPv6 with IPv4-mapped addresses (RFC 4291 2.5.5.2), which no stack sends but some put on the
    /// wire.
    /// </summary>
    public bool IsMapped => (_meta & MappedBit) != 0;

    /// <summary>The slot of the interface in its source.</summary>
    public ushort Interface => (ushort)_meta;

    /// <summary>Makes the key of a packet and says whether its sender is the Low endpoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FlowKey Create(
        AddressValue source,
        ushort sourcePort,
        AddressValue destination,
        ushort destinationPort,
        byte protocol,
        FlowKind kind,
        ushort interfaceSlot,
        out bool fromLow
    )
    {
        int order = source.CompareTo(destination);
        fromLow = order < 0 || (order == 0 && sourcePort <= destinationPort);
        ulong tail = (ulong)protocol << 24 | (ulong)kind << 16 | interfaceSlot;
        return fromLow
            ? new FlowKey(source, destination, (ulong)sourcePort << 48 | (ulong)destinationPort << 32 | tail)
            : new FlowKey(destination, source, (ulong)destinationPort << 48 | (ulong)sourcePort << 32 | tail);
    }

    /// <summary>Makes the key under which packets without endpoints are summed.</summary>
    public static FlowKey Special(FlowKind kind, ushort etherType, ushort interfaceSlot) =>
        new(default, default, (ulong)etherType << 48 | (ulong)kind << 16 | interfaceSlot);

    /// <summary>The same endpoints in IPv6 packets.</summary>
    public FlowKey AsMapped() => new(Low, High, _meta | MappedBit);

    /// <summary>The same conversation as another interface would show it.</summary>
    public FlowKey OnInterface(ushort interfaceSlot) => new(Low, High, (_meta & ~0xFFFFUL) | interfaceSlot);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(FlowKey other) =>
        (
            (Low.High ^ other.Low.High)
            | (Low.Low ^ other.Low.Low)
            | (High.High ^ other.High.High)
            | (High.Low ^ other.High.Low)
            | (_meta ^ other._meta)
        ) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override int GetHashCode()
    {
        // Folded 64 x 64 -> 128 bit multiplications of words that a secret was added to (the NH of RFC 4418 5.2.2), which need not wait for
        // each other.
        ulong hash =
            Fold(Low.High + s_seed1, Low.Low + s_seed2) ^ Fold(High.High + s_seed3, High.Low + s_seed4) ^ Fold(_meta + s_seed1, s_seed5);
        return (int)(hash ^ (hash >> 32));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Kind == FlowKind.Conversation ? $"{Protocol} {Low}:{LowPort} {High}:{HighPort} @{Interface}" : $"{Kind} {Low} {High} @{Interface}";

    private static ulong NextSeed() => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue) | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out _);

        // Multiplied again, not taken from BigMul: there it would go through memory.
        return high ^ unchecked(left * right);
    }
}
