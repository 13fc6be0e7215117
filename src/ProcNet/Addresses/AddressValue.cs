using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;

namespace ProcNet.Addresses;

/// <summary>
/// An IPv4 or IPv6 address as 128 bits, without an allocation. IPv4 is held in its IPv4-mapped form (RFC 4291 2.5.5.2),
/// so that an IPv4 packet and the IPv6 socket that carries it meet under one key.
/// </summary>
/// <param name="High">The first eight bytes, as a number.</param>
/// <param name="Low">The last eight bytes, as a number.</param>
internal readonly record struct AddressValue(ulong High, ulong Low) : IComparable<AddressValue>
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>The unspecified IPv6 address (<c>::</c>).</summary>
    public static AddressValue AnyIPv6 => default;

    /// <summary>The unspecified IPv4 address (<c>0.0.0.0</c>).</summary>
    public static AddressValue AnyIPv4 => new(0, MappedPrefix);

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && (Low >> 32) == 0xFFFF;

    /// <summary>The IPv4 address as a number; meaningful where <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    /// <summary>Whether this is <c>0.0.0.0</c> or <c>::</c>.</summary>
    public bool IsAny => High == 0 && (Low == 0 || Low == MappedPrefix);

    /// <summary>Whether this is in <c>127.0.0.0/8</c> or is <c>::1</c>.</summary>
    public bool IsLoopback => IsIPv4 ? (IPv4 >> 24) == 127 : High == 0 && Low == 1;

    /// <summary>Whether this is a multicast group (<c>224.0.0.0/4</c>, <c>ff00::/8</c>).</summary>
    public bool IsMulticast => IsIPv4 ? (IPv4 >> 28) == 0xE : (High >> 56) == 0xFF;

    /// <summary>Whether this is the limited broadcast address <c>255.255.255.255</c>.</summary>
    public bool IsLimitedBroadcast => IsIPv4 && IPv4 == uint.MaxValue;

    /// <summary>Whether an address of the same family begins with the same bits.</summary>
    /// <param name="other">The other.</param>
    /// <param name="length">How many bits (of 32 for IPv4, 128 for IPv6).</param>
    public bool HasPrefixOf(AddressValue other, int length)
    {
        if (IsIPv4 != other.IsIPv4)
        {
            return false;
        }

        // IPv4 stands in the low 32 bits of the IPv6 form.
        int bits = IsIPv4 ? 96 + length : length;
        UInt128 difference = new UInt128(High, Low) ^ new UInt128(other.High, other.Low);
        return bits == 0 || difference >> (128 - bits) == 0;
    }

    /// <summary>Makes a value from an IPv4 address given as a number (<c>0x7F000001</c> is 127.0.0.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static AddressValue FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>Makes a value from 16 bytes in network order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static AddressValue FromIPv6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Makes a value from an <see cref="IPAddress"/>; the scope id is not kept.</summary>
    public static AddressValue From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4 ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : FromIPv6(bytes);
    }

    /// <summary>Makes an <see cref="IPAddress"/>: IPv4 where <see cref="IsIPv4"/>.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, IPv4);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPAddress(bytes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CompareTo(AddressValue other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <inheritdoc/>
    public override string ToString() => ToIPAddress().ToString();
}
