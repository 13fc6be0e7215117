using System.Buffers.Binary;
using ProcNet.Flows;
using ProcNet.Packets;
using Xunit;

namespace ProcNet.Tests.Flows;

/// <summary>A UDP port that another process takes over: its conversation to the same peer is another one.</summary>
public sealed class DatagramTests : INewFlowObserver
{
    private const int Payload = 12;
    private readonly PacketMeter _meter = new() { IsLive = true };
    private int _told;
    private ulong? _sockets = 7;

    public DatagramTests()
    {
        _meter.Observer = this;
        _meter.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = LinkLayer.Ethernet,
            }
        );
    }

    [Fact]
    public void A_socket_that_goes_on_after_a_pause_is_the_same()
    {
        Datagram(atMilliseconds: 1000);
        Datagram(atMilliseconds: 5000);

        Assert.Equal(2, Assert.Single(Entries()).TotalPackets);
    }

    [Fact]
    public void Another_socket_after_a_pause_gets_nothing_of_the_first()
    {
        Datagram(atMilliseconds: 1000);
        Datagram(atMilliseconds: 1010);
        _sockets = 8;
        Datagram(atMilliseconds: 1300);

        Assert.Equal([(0, 2L), (1, 1L)], Entries().Select(entry => (entry.Generation, entry.TotalPackets)));
        Assert.Equal(2, _told);
    }

    [Fact]
    public void Where_there_never_was_a_socket_it_is_one_conversation()
    {
        // A closed port, or the outer packets of a tunnel: one row, not one for each datagram.
        _sockets = 0;
        Datagram(atMilliseconds: 1000);
        Datagram(atMilliseconds: 2000);
        Datagram(atMilliseconds: 3000);

        Assert.Equal(3, Assert.Single(Entries()).TotalPackets);
        Assert.Equal(1, _told);
    }

    [Fact]
    public void What_comes_after_a_socket_was_closed_is_nobodys_and_stays_one_conversation()
    {
        Datagram(atMilliseconds: 1000);
        _sockets = 0;
        Datagram(atMilliseconds: 2000);
        Datagram(atMilliseconds: 3000);

        Assert.Equal([(0, 1L), (1, 2L)], Entries().Select(entry => (entry.Generation, entry.TotalPackets)));
    }

    [Fact]
    public void A_socket_that_is_opened_later_gets_nothing_of_what_came_before()
    {
        _sockets = 0;
        Datagram(atMilliseconds: 1000);
        Datagram(atMilliseconds: 2000);
        _sockets = 7;
        Datagram(atMilliseconds: 3000);
        Datagram(atMilliseconds: 4000);

        Assert.Equal([(0, 2L), (1, 2L)], Entries().Select(entry => (entry.Generation, entry.TotalPackets)));
        Assert.Equal(2, _told);
    }

    [Fact]
    public void What_is_not_ours_is_not_split()
    {
        _sockets = null;
        Datagram(atMilliseconds: 1000);
        Datagram(atMilliseconds: 9000);

        Assert.Single(Entries());
    }

    [Fact]
    public void A_savefiles_packets_are_not_compared_with_the_sockets_of_now()
    {
        _meter.IsLive = false;
        Datagram(atMilliseconds: 1000);
        _sockets = 8;
        Datagram(atMilliseconds: 9000);

        Assert.Single(Entries());
    }

    void INewFlowObserver.OnNewFlow(in FlowKey key, bool fromLow, long seenAt, int interfaceIndex) => _told++;

    ulong? INewFlowObserver.IdentifySockets(in FlowKey key, bool fromLow, int interfaceIndex) => _sockets;

    private FlowCounters[] Entries() => _meter.Snapshot(0, 10_000_000, 0, 0).Flows.ToArray();

    private void Datagram(int atMilliseconds)
    {
        Span<byte> frame = stackalloc byte[14 + 20 + 8 + Payload];
        frame.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        frame[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame[16..], (ushort)(frame.Length - 14));
        frame[23] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(frame[26..], 0x0A000001);
        BinaryPrimitives.WriteUInt32BigEndian(frame[30..], 0x0A000035);
        BinaryPrimitives.WriteUInt16BigEndian(frame[34..], 40000);
        BinaryPrimitives.WriteUInt16BigEndian(frame[36..], 53);
        BinaryPrimitives.WriteUInt16BigEndian(frame[38..], 8 + Payload);
        _meter.Count(0, atMilliseconds * 1000L, frame, frame.Length);
    }
}
