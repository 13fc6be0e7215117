using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Linux.Native;

namespace ProcNet.Sources.Ebpf;

/// <summary><c>struct flow_key</c> of procnet.bpf.c: a socket, who used it last, and a 5-tuple.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FeedFlowKey
{
    /// <summary>AF_PACKET: a socket that injects frames.</summary>
    public const byte PacketFamily = AddressFamilies.Packet;

    /// <summary>The socket.</summary>
    public readonly ulong Cookie;

    /// <summary>The process that used the socket last when the packets passed; nobody before anybody did.</summary>
    public readonly EbpfProcess User;

    private readonly ulong _localStart;
    private readonly ulong _localEnd;
    private readonly ulong _remoteStart;
    private readonly ulong _remoteEnd;

    /// <summary>The local port, or the identifier of an ICMP echo.</summary>
    public readonly ushort LocalPort;

    /// <summary>The remote port.</summary>
    public readonly ushort RemotePort;

    /// <summary>The IP protocol number.</summary>
    public readonly byte Protocol;

    /// <summary>The socket's family.</summary>
    public readonly byte Family;

    private readonly ushort _padding;

    /// <summary>The local address.</summary>
    public AddressValue Local => ToAddress(_localStart, _localEnd);

    /// <summary>The remote address.</summary>
    public AddressValue Remote => ToAddress(_remoteStart, _remoteEnd);

    // In network order in the map; x64 and arm64 are little-endian.
    private static AddressValue ToAddress(ulong start, ulong end) =>
        new(BinaryPrimitives.ReverseEndianness(start), BinaryPrimitives.ReverseEndianness(end));
}
