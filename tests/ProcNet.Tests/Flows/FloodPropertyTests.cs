using System.Buffers.Binary;
using CsCheck;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Tests.Flows;

/// <summary>
/// Random sockets, processes that come and go, addresses that are lost, random floods and samples at random moments: the books are closed
/// in each of them, no sample takes back what one before it showed, and nobody owns anything that the world did not have.
/// </summary>
public sealed class FloodPropertyTests
{
    private const long Namespace = 4026531840;
    private const long Began = 1_700_000_000_000_000;
    private const uint Here = 0xC0000201;

    [Fact]
    public void Books_are_closed_and_owners_are_the_worlds() =>
        Gen.Select(Gen.Int, Gen.Int[4, 400], Gen.Int[1, 12]).Sample(Check, iter: 150);

    private static void Check(int seed, int capacity, int samples)
    {
        var random = new Random(seed);
        var meter = new PacketMeter(capacity);
        meter.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "tun0",
                LinkLayer = LinkLayer.Raw,
            }
        );
        var register = new SocketRegister();
        var known = new HashSet<ProcessKey>();
        long time = Began;
        FlowSnapshot before = meter.Snapshot(Began, time, 0, 0);
        for (int sample = 0; sample < samples; sample++)
        {
            for (int packets = random.Next(800); packets > 0; packets--)
            {
                time += random.Next(1, 20_000);
                if (random.Next(40) == 0)
                {
                    AddSocket(random, register, known, time);
                }

                // Half are a flood's, the others of a few peers.
                uint peer = random.Next(2) == 0 ? (uint)random.NextInt64(0x01000000, 0xDF000000) : 0xC6336400 + (uint)random.Next(4);
                ushort port = (ushort)(random.Next(2) == 0 ? random.Next(1, 65536) : random.Next(1, 6));
                byte[] packet = random.Next(2) == 0 ? Packet(random, peer, port, Here, 443) : Packet(random, Here, 443, peer, port);
                meter.Count(0, time, packet, packet.Length);
            }

            FlowSnapshot now = meter.Snapshot(Began, time, 0, 0);
            FlowSnapshot interval = now.Since(before);
            foreach (FlowCounters flow in interval.Flows.ToArray())
            {
                Assert.True(flow is { LowBytes: >= 0, HighBytes: >= 0, LowPackets: >= 0, HighPackets: >= 0 });
            }

            Assert.Equal(interval.Bytes, interval.Flows.ToArray().Sum(static flow => flow.TotalBytes));
            var view = new NetworkView(Namespace);
            if (random.Next(5) > 0)
            {
                view.AddAddress(Namespace, AddressValue.FromIPv4(Here));
            }

            foreach (FlowSnapshot shown in (FlowSnapshot[])[now, interval])
            {
                List<AttributedFlow> rows = Attributor.Attribute(shown, register, view);
                Assert.True(new TrafficSummary(shown, rows, TrafficSourceKind.Capture).Summarize().IsBalanced);
                Assert.All(rows, row => Assert.True(row.Match.Owner is not { } owner || known.Contains(owner.Process.Key)));
            }

            before = now;
        }
    }

    private static void AddSocket(Random random, SocketRegister register, HashSet<ProcessKey> known, long time)
    {
        uint inode = (uint)random.Next(1, 50);
        register.Record(
            new SocketObservation(
                Namespace,
                time,
                new SocketRow
                {
                    Protocol = TransportProtocol.Udp,
                    Family = System.Net.Sockets.AddressFamily.InterNetwork,
                    Local = random.Next(2) == 0 ? AddressValue.AnyIPv4 : AddressValue.FromIPv4(Here),
                    LocalPort = 443,
                    Remote = AddressValue.AnyIPv4,
                    State = ConnectionState.Closed,
                    Inode = inode,
                    Cookie = (ulong)random.Next(0, 3),
                }
            )
        );
        var process = new ProcessIdentity { Key = new ProcessKey(random.Next(2, 20), (ulong)random.Next(1, 3)), Name = "p" };
        known.Add(process.Key);
        register.RecordHolder(inode, process, time);
    }

    private static byte[] Packet(Random random, uint source, ushort sourcePort, uint destination, ushort destinationPort)
    {
        byte[] packet = new byte[28 + random.Next(1400)];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[9] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), source);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), destination);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(packet.Length - 20));
        return packet;
    }
}
