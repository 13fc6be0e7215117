using System.Buffers.Binary;
using System.Net;
using CsCheck;
using PacketDotNet;
using ProcNet.Addresses;
using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>A frame made at random by rule, and what a decoder must read in it.</summary>
internal sealed record RandomPacket
{
    public required LinkLayer LinkLayer { get; init; }

    public required byte[] Frame { get; init; }

    /// <summary>How many bytes of the frame a decoder needs.</summary>
    public required int HeadersEnd { get; init; }

    /// <summary>Where the IP header begins.</summary>
    public required int NetworkStart { get; init; }

    public required IPAddress Source { get; init; }

    public required IPAddress Destination { get; init; }

    public required ushort SourcePort { get; init; }

    public required ushort DestinationPort { get; init; }

    public required byte Protocol { get; init; }

    /// <summary>From the IP header to the end of the packet.</summary>
    public required int Length { get; init; }

    public required FlowKind Kind { get; init; }

    /// <summary>
    /// Whether PacketDotNet finds the transport. It takes the payload of a later fragment for headers, the length of an authentication
    /// header for units of eight bytes, and the length of a second extension header from the first; a fragment header hides protocols.
    /// </summary>
    public bool SuitsPacketDotNet { get; init; } = true;

    /// <summary>The key that it must be counted under.</summary>
    public FlowKey KeyOn(ushort slot, out bool fromLow) =>
        FlowKey.Create(
            AddressValue.From(Source),
            SourcePort,
            AddressValue.From(Destination),
            DestinationPort,
            Protocol,
            Kind,
            slot,
            out fromLow
        );

    /// <summary>Any packet that the fast decoder must read, in any frame that it knows.</summary>
    public static Gen<RandomPacket> Any { get; } =
        from transport in Transport.Any
        from isIPv6 in Gen.Bool
        from source in Gen.Byte.Array[16]
        from destination in Gen.Byte.Array[16]
        from part in Gen.Frequency(
            (6, Gen.Const(FragmentPart.Whole)),
            (1, Gen.Const(FragmentPart.First)),
            (1, Gen.Const(FragmentPart.Later))
        )
        from optionWords in Gen.Int[0, 10]
        from extensions in Gen.OneOfConst<byte>(0, 43, 60, 51).Array[0, 4]
        from fragmentAt in Gen.Int[0, 4]
        from link in Gen.Int[0, 9]
        from padding in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 40]))
        select isIPv6
            ? MakeIPv6(transport, source, destination, part, extensions, fragmentAt, link, padding)
            : MakeIPv4(transport, source, destination, part, optionWords, link, padding);

    private static RandomPacket MakeIPv4(
        Transport transport,
        byte[] source,
        byte[] destination,
        FragmentPart part,
        int optionWords,
        int link,
        int padding
    )
    {
        var from = new IPAddress(source.AsSpan(0, 4));
        var to = new IPAddress(destination.AsSpan(0, 4));
        byte protocol = transport.ProtocolOf(isIPv6: false);
        byte[] packet = PacketBuilder.IPv4(
            transport.Bytes,
            protocol,
            from.ToString(),
            to.ToString(),
            optionWords == 0 ? null : new byte[optionWords * 4]
        );
        BinaryPrimitives.WriteUInt16BigEndian(
            packet.AsSpan(6),
            part switch
            {
                FragmentPart.First => 0x2000,
                FragmentPart.Later => 0x0123,
                _ => 0x4000, // do not fragment
            }
        );

        // Nobody reads the options: where nothing behind them is read either, they are no loss.
        int headers = part == FragmentPart.Later || transport.HeaderLength == 0 ? 20 : 20 + (optionWords * 4) + transport.HeaderLength;
        return Make(transport, packet, headers, from, to, protocol, part, link, padding);
    }

    private static RandomPacket MakeIPv6(
        Transport transport,
        byte[] source,
        byte[] destination,
        FragmentPart part,
        byte[] extensions,
        int fragmentAt,
        int link,
        int padding
    )
    {
        var from = new IPAddress(source);
        var to = new IPAddress(destination);
        byte protocol = transport.ProtocolOf(isIPv6: true);
        bool hasFragmentHeader = part != FragmentPart.Whole;
        int place = Math.Min(fragmentAt, extensions.Length);
        byte seen = protocol;
        int headers = 40 + (part == FragmentPart.Later ? 0 : transport.HeaderLength);
        byte next = protocol;
        byte[] payload = transport.Bytes;

        // Of an extension header nobody reads more than the first eight bytes, unless something behind it is read.
        bool nothingIsReadBehind = transport.HeaderLength == 0;
        for (int i = extensions.Length; i >= 0; i--)
        {
            if (hasFragmentHeader && i == place)
            {
                payload = [next, 0, 0, (byte)(part == FragmentPart.First ? 1 : 8), 0, 0, 0, 7, .. payload];
                if (part == FragmentPart.Later)
                {
                    // All that stood behind it is payload.
                    seen = next;
                    headers = 40;
                }

                headers += 8;
                nothingIsReadBehind = false;
                next = 44;
            }

            if (i == 0)
            {
                break;
            }

            int before = payload.Length;
            payload =
                extensions[i - 1] == 51 ? PacketBuilder.Authentication(next, payload) : PacketBuilder.Extension(next, 1 + (i % 3), payload);
            headers += nothingIsReadBehind ? 8 : payload.Length - before;
            nothingIsReadBehind = false;
            next = extensions[i - 1];
        }

        byte[] packet = PacketBuilder.IPv6(payload, next, from.ToString(), to.ToString());
        return Make(transport, packet, headers, from, to, seen, part, link, padding) with
        {
            SuitsPacketDotNet = !hasFragmentHeader && (extensions.Length == 0 || (extensions.Length == 1 && extensions[0] != 51)),
        };
    }

    private static RandomPacket Make(
        Transport transport,
        byte[] packet,
        int headers,
        IPAddress from,
        IPAddress to,
        byte protocol,
        FragmentPart part,
        int link,
        int padding
    )
    {
        (LinkLayer linkLayer, byte[] frame) = link switch
        {
            0 => (LinkLayer.Ethernet, Frames.Ethernet(packet)),
            1 => (LinkLayer.Ethernet, Frames.Vlan(packet)),
            2 => (LinkLayer.Ethernet, Frames.QinQ(packet)),
            3 => (LinkLayer.LinuxSll, Frames.LinuxSll(packet)),
            4 => (LinkLayer.LinuxSll2, Frames.LinuxSll2(packet)),
            5 => (LinkLayer.Null, Frames.Null(packet)),
            6 => (LinkLayer.RawLinux, packet),
            7 => (LinkLayer.Raw, packet),
            _ => (packet[0] >> 4 == 4 ? LinkLayer.IPv4 : LinkLayer.IPv6, packet),
        };
        int networkStart = frame.Length - packet.Length;
        bool isLater = part == FragmentPart.Later;
        return new RandomPacket
        {
            LinkLayer = linkLayer,
            Frame = [.. frame, .. new byte[padding]],
            HeadersEnd = networkStart + headers,
            NetworkStart = networkStart,
            Source = from,
            Destination = to,
            SourcePort = isLater ? (ushort)0 : transport.SourcePort,
            DestinationPort = isLater ? (ushort)0 : transport.DestinationPort,
            Protocol = protocol,
            Length = packet.Length,
            Kind = isLater ? FlowKind.Fragment : FlowKind.Conversation,
        };
    }
}
