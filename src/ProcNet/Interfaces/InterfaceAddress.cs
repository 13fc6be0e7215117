using ProcNet.Addresses;

namespace ProcNet.Interfaces;

/// <summary>An address of this host (rtnetlink, RTM_NEWADDR).</summary>
internal sealed record InterfaceAddress
{
    /// <summary>The index of its interface.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>The address.</summary>
    public required AddressValue Address { get; init; }

    /// <summary>How many of its leading bits name the subnet (of 32 for IPv4, 128 for IPv6).</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The subnet's broadcast address; null where it has none (IPv6, point-to-point).</summary>
    public AddressValue? Broadcast { get; init; }
}
