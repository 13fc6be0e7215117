namespace ProcNet.Linux.Native;

/// <summary>Address families (socket(2)); the same numbers on every architecture.</summary>
internal static class AddressFamilies
{
    /// <summary>AF_INET.</summary>
    public const byte Inet = 2;

    /// <summary>AF_INET6.</summary>
    public const byte Inet6 = 10;

    /// <summary>AF_NETLINK.</summary>
    public const byte Netlink = 16;

    /// <summary>AF_PACKET.</summary>
    public const byte Packet = 17;
}
