using CsCheck;
using PacketDotNet;
using ProcNet.Capture.Tests.Golden;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>What stands behind the network header of a random packet.</summary>
/// <param name="Protocol">Its number; ICMP stands for the one of the IP version.</param>
/// <param name="Bytes">Header and payload.</param>
/// <param name="HeaderLength">How much of it a decoder must read.</param>
/// <param name="SourcePort">The source port, or the identifier of an echo.</param>
/// <param name="DestinationPort">The destination port, or the identifier of an echo.</param>
internal sealed record Transport(byte Protocol, byte[] Bytes, int HeaderLength, ushort SourcePort, ushort DestinationPort)
{
    private const byte Icmp = 1;
    private const byte IcmpV6 = 58;

    private static readonly Gen<Transport> s_tcp =
        from source in Gen.UShort
        from destination in Gen.UShort
        from syn in Gen.Bool
        from ack in Gen.Bool
        from optionWords in Gen.Int[0, 10]
        from payload in Gen.Int[0, 300]
        select new Transport(
            6,
            PacketBuilder.Tcp(source, destination, payload, syn, ack, optionWords == 0 ? null : new byte[optionWords * 4]),
            4,
            source,
            destination
        );

    private static readonly Gen<Transport> s_udp =
        from source in Gen.UShort
        from destination in Gen.UShort
        from payload in Gen.Int[0, 300]
        select new Transport(17, PacketBuilder.Udp(source, destination, payload), 4, source, destination);

    private static readonly Gen<Transport> s_otherPorts =
        from protocol in Gen.OneOfConst<byte>(33, 132, 136)
        from source in Gen.UShort
        from destination in Gen.UShort
        from length in Gen.Int[4, 300]
        select new Transport(protocol, PacketBuilder.Ports(source, destination, length), 4, source, destination);

    private static readonly Gen<Transport> s_echo =
        from isReply in Gen.Bool
        from identifier in Gen.UShort
        from payload in Gen.Int[0, 300]
        select new Transport(
            Icmp,
            PacketBuilder.Icmp(isReply ? IcmpV4TypeCode.EchoReply : IcmpV4TypeCode.EchoRequest, identifier, payload),
            6,
            identifier,
            identifier
        );

    private static readonly Gen<Transport> s_icmpError =
        from payload in Gen.Int[0, 300]
        select new Transport(Icmp, PacketBuilder.Icmp(IcmpV4TypeCode.UnreachablePort, 0, payload), 1, 0, 0);

    private static readonly Gen<Transport> s_withoutPorts =
        from protocol in Gen.OneOfConst<byte>(47, 50, 102, 103)
        from length in Gen.Int[0, 300]
        select new Transport(protocol, new byte[length], 0, 0, 0);

    public static Gen<Transport> Any { get; } =
        Gen.Frequency((4, s_tcp), (4, s_udp), (2, s_otherPorts), (1, s_echo), (1, s_icmpError), (1, s_withoutPorts));

    /// <summary>The protocol number in a packet of this IP version; ICMP's types are numbered anew in IPv6.</summary>
    public byte ProtocolOf(bool isIPv6)
    {
        if (Protocol != Icmp || !isIPv6)
        {
            return Protocol;
        }

        Bytes[0] = Bytes[0] switch
        {
            8 => 128,
            0 => 129,
            _ => 1,
        };
        return IcmpV6;
    }
}
