using System.Net;

namespace ProcNet.Addresses;

/// <summary>
/// Makes the <see cref="IPAddress"/> of an address, and gives the same object where the same one of IPv4 comes again soon: tables of
/// sockets repeat few. (One of IPv6 has a scope that can be set, so it is made for each row.) Not thread-safe.
/// </summary>
internal sealed class RecentAddresses
{
    private const int Count = 256;

    private readonly uint[] _addresses = new uint[Count];
    private readonly IPAddress?[] _objects = new IPAddress?[Count];

    /// <summary>Gives the object.</summary>
    public IPAddress Get(AddressValue address)
    {
        if (!address.IsIPv4)
        {
            return address.ToIPAddress();
        }

        uint value = address.IPv4;
        int place = (int)((value * 2654435769u) >> 24); // Knuth's multiplicative hash
        if (_objects[place] is { } known && _addresses[place] == value)
        {
            return known;
        }

        _addresses[place] = value;
        return _objects[place] = address.ToIPAddress();
    }
}
