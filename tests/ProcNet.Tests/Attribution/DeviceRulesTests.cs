using ProcNet.Attribution;
using ProcNet.Interfaces;
using ProcNet.Processes;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>
/// Sockets that are bound to a device (SO_BINDTODEVICE, a VRF, link-local addresses) take what came by it, and nothing
/// else.
/// </summary>
public sealed class DeviceRulesTests
{
    private const int Loopback = 1;
    private const int Eth0 = 2;
    private const int Eth1 = 3;
    private const int Vlan = 4;
    private const int Vrf = 5;
    private const string LinkLocal = "fe80::1";
    private const long Blue = 4026532100;

    private readonly World _world = new();

    public DeviceRulesTests()
    {
        _world.Interface("eth1", Eth1, master: Vrf);
        _world.Interface("eth0.5", Vlan, "vlan", parent: Eth0);
        _world.Interface("red", Vrf, "vrf");
        _world.Interface("lo", Loopback);
        _world.View.AddAddress(World.Namespace, World.Address(LinkLocal));
        _world.View.Devices.Add(
            World.Namespace,
            [Has(Eth0, "10.0.0.1"), Has(Eth0, LinkLocal), Has(Eth1, LinkLocal), Has(Vlan, LinkLocal), Has(Loopback, "127.0.0.1")],
            [.. _world.Captured.Select(static link => link with { IsLoopback = link.Name == "lo" })]
        );
    }

    public static TheoryData<string, int, int[]> Packets =>
        new()
        {
            // The usual: one lookup.
            { "10.0.0.1", Eth0, [Eth0] },
            { "127.0.0.1", Loopback, [Loopback] },
            // Weak hosts: eth0's address comes by another interface.
            { "10.0.0.1", Eth1, [Eth1, Vrf] },
            // By loopback: what says so is eth0's.
            { "10.0.0.1", Loopback, [Eth0] },
            // The VLAN's frames are seen on its parent, and eth1 has the same address on another link.
            { LinkLocal, Eth0, [Eth0, Vlan] },
            { LinkLocal, Eth1, [Eth1, Vrf] },
            { LinkLocal, Vrf, [Vrf, Eth1] },
            // A group is nobody's.
            { "239.1.2.3", Eth1, [Eth1, Vrf] },
        };

    [Theory]
    [MemberData(nameof(Packets))]
    public void Only_devices_that_may_have_it_are_asked_for(string local, int shownOn, int[] expected)
    {
        Span<int> devices = stackalloc int[AddressDevices.Most];

        int count = _world.View.Devices.Find(World.Namespace, World.Address(local), shownOn, devices);

        Assert.Equal(expected, devices[..count].ToArray());
    }

    [Fact]
    public void In_another_namespace_the_device_with_the_address_is_asked_for()
    {
        _world.View.Devices.Add(
            Blue,
            [Has(7, "172.17.0.2")],
            [
                new LinkInterface
                {
                    Name = "eth0",
                    Index = 7,
                    MasterIndex = 8,
                },
            ]
        );
        Span<int> devices = stackalloc int[AddressDevices.Most];

        int count = _world.View.Devices.Find(Blue, World.Address("172.17.0.2"), Eth0, devices);

        Assert.Equal([7, 8], devices[..count].ToArray());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(Eth0, true)]
    [InlineData(Eth1, false)]
    public void A_socket_that_is_bound_to_another_device_is_not_taken(int device, bool isTaken)
    {
        ProcessIdentity dns = _world.Process(71, "dns");
        _world.Holds(_world.Socket(4, TransportProtocol.Udp, "0.0.0.0:53", "0.0.0.0:0", ConnectionState.Closed, device: device), dns, 5);
        _world.Packet(5, "198.51.100.9:5000", "10.0.0.1:53", 100, TransportProtocol.Udp);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(isTaken ? dns : null, row.Match.Owner?.Process);
        Assert.Equal(isTaken ? TrafficCategory.Process : TrafficCategory.NoSocket, row.Match.Category);
    }

    [Fact]
    public void Of_two_links_with_the_same_addresses_each_connection_is_its_own()
    {
        ProcessIdentity left = _world.Process(72, "left");
        ProcessIdentity right = _world.Process(73, "right");
        _world.Holds(_world.Socket(6, TransportProtocol.Tcp, "[fe80::1]:22", "[fe80::2]:5000", device: Eth0), left, 7);
        _world.Holds(_world.Socket(6, TransportProtocol.Tcp, "[fe80::1]:22", "[fe80::2]:5000", device: Vrf), right, 7);
        _world.Packet(5, "[fe80::2]:5000", "[fe80::1]:22", 100, slot: 0);
        _world.Packet(5, "[fe80::2]:5000", "[fe80::1]:22", 300, slot: 1);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(100, Assert.Single(rows, row => row.Match.Owner?.Process == left).ReceivedBytes);
        Assert.Equal(300, Assert.Single(rows, row => row.Match.Owner?.Process == right).ReceivedBytes);
    }

    private static InterfaceAddress Has(int index, string address) =>
        new()
        {
            InterfaceIndex = index,
            Address = World.Address(address),
            PrefixLength = 64,
            Broadcast = null,
        };
}
