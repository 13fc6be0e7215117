using ProcNet.Addresses;

namespace ProcNet.Interfaces;

/// <summary>A range of addresses that the routing table calls local.</summary>
/// <param name="Address">Its first address.</param>
/// <param name="Length">How many leading bits name it (of 32 for IPv4, 128 for IPv6).</param>
internal sealed record LocalPrefix(AddressValue Address, int Length)
{
    /// <summary>Whether it is one address.</summary>
    public bool IsSingle => Length == (Address.IsIPv4 ? 32 : 128);

    /// <summary>Whether an address is in it.</summary>
    public bool Contains(AddressValue other) => Address.HasPrefixOf(other, Length);
}
