using CsCheck;
using PacketDotNet;
using ProcNet.Addresses;
using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources;
using Xunit;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>The fast decoder reads in random packets what was put into them, and what PacketDotNet reads in them.</summary>
public sealed class DecoderPropertyTests
{
    [Fact]
    public void It_reads_what_was_put_in() =>
        RandomPacket.Any.Sample(
            packet =>
            {
                DecodedFrame decoded = Decode(packet.LinkLayer, packet.Frame, packet.Frame.Length);

                Assert.Equal(packet.KeyOn(0, out bool fromLow), decoded.Key);
                Assert.Equal(fromLow, decoded.FromLow);
                Assert.Equal(packet.Length, decoded.Bytes);
            },
            iter: 10_000
        );

    [Fact]
    public void It_reads_what_packet_dot_net_reads() =>
        RandomPacket
            .Any.Where(packet => LinkLayersOf(packet.LinkLayer) is not null)
            .Sample(
                packet =>
                {
                    DecodedFrame decoded = Decode(packet.LinkLayer, packet.Frame, packet.Frame.Length);
                    IPPacket ip = Packet.ParsePacket(LinkLayersOf(packet.LinkLayer)!.Value, packet.Frame).Extract<IPPacket>();

                    (AddressValue source, AddressValue destination) = decoded.FromLow
                        ? (decoded.Key.Low, decoded.Key.High)
                        : (decoded.Key.High, decoded.Key.Low);
                    Assert.Equal(AddressValue.From(ip.SourceAddress), source);
                    Assert.Equal(AddressValue.From(ip.DestinationAddress), destination);
                    Assert.Equal(ip.TotalLength, decoded.Bytes);
                    if (decoded.Key.Kind != FlowKind.Conversation || !packet.SuitsPacketDotNet)
                    {
                        return;
                    }

                    Assert.Equal((byte)ip.Protocol, decoded.Key.Protocol);
                    (ushort sourcePort, ushort destinationPort) = decoded.FromLow
                        ? (decoded.Key.LowPort, decoded.Key.HighPort)
                        : (decoded.Key.HighPort, decoded.Key.LowPort);
                    if (ip.Protocol is ProtocolType.Tcp or ProtocolType.Udp)
                    {
                        TransportPacket transport = Assert.IsType<TransportPacket>(ip.PayloadPacket, exactMatch: false);
                        Assert.Equal(transport.SourcePort, sourcePort);
                        Assert.Equal(transport.DestinationPort, destinationPort);
                    }
                },
                iter: 10_000
            );

    [Fact]
    public void A_cut_that_spares_the_headers_changes_nothing_and_one_that_does_not_leaves_the_addresses_where_they_are_there() =>
        Gen.Select(RandomPacket.Any, Gen.Double.Unit)
            .Sample(
                (packet, cut) =>
                {
                    int captured = (int)(cut * packet.Frame.Length);
                    DecodedFrame whole = Decode(packet.LinkLayer, packet.Frame, packet.Frame.Length);
                    DecodedFrame decoded = Decode(packet.LinkLayer, packet.Frame.AsSpan(0, captured), packet.Frame.Length);

                    if (captured >= packet.HeadersEnd)
                    {
                        Assert.Equal(whole.Key, decoded.Key);
                        Assert.Equal(whole.FromLow, decoded.FromLow);
                        Assert.Equal(whole.Bytes, decoded.Bytes);
                    }
                    else if (
                        captured
                        >= packet.NetworkStart + (packet.Source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 20 : 40)
                    )
                    {
                        Assert.Contains(decoded.Key.Kind, new[] { FlowKind.Conversation, FlowKind.Fragment });
                        Assert.Equal((whole.Key.Low, whole.Key.High, whole.Bytes), (decoded.Key.Low, decoded.Key.High, decoded.Bytes));
                    }
                    else
                    {
                        Assert.Equal(FlowKind.Malformed, decoded.Key.Kind);

                        // Of a link header that is cut in its tags nobody knows how many would have come.
                        Assert.InRange(decoded.Bytes, packet.Frame.Length - packet.NetworkStart, packet.Frame.Length);
                    }
                },
                iter: 10_000
            );

    [Fact]
    public void The_snap_length_of_live_captures_spares_the_headers() =>
        RandomPacket
            .Any.Where(packet => packet.HeadersEnd <= LiveCaptureOptions.HeaderSnapLength)
            .Sample(
                packet =>
                    Assert.Equal(
                        Decode(packet.LinkLayer, packet.Frame, packet.Frame.Length),
                        Decode(
                            packet.LinkLayer,
                            packet.Frame.AsSpan(0, Math.Min(packet.Frame.Length, LiveCaptureOptions.HeaderSnapLength)),
                            packet.Frame.Length
                        )
                    ),
                iter: 5_000
            );

    internal static DecodedFrame Decode(LinkLayer linkLayer, ReadOnlySpan<byte> frame, int wireLength)
    {
        FrameDecoder.Decode(
            frame,
            wireLength,
            new TrafficInterface
            {
                Slot = 0,
                Name = "test",
                LinkLayer = linkLayer,
            },
            out DecodedFrame decoded
        );
        return decoded;
    }

    private static LinkLayers? LinkLayersOf(LinkLayer linkLayer) =>
        linkLayer switch
        {
            LinkLayer.Ethernet => LinkLayers.Ethernet,
            LinkLayer.LinuxSll => LinkLayers.LinuxSll,
            LinkLayer.Null => LinkLayers.Null,
            LinkLayer.RawLinux or LinkLayer.Raw => LinkLayers.Raw,
            _ => null,
        };
}
