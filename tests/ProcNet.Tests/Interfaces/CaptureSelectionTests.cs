using ProcNet.Interfaces;
using Xunit;

namespace ProcNet.Tests.Interfaces;

public sealed class CaptureSelectionTests
{
    private static readonly LinkInterface s_lo = new()
    {
        Name = "lo",
        Index = 1,
        IsUp = true,
        IsLoopback = true,
    };
    private static readonly LinkInterface s_eth = new()
    {
        Name = "eth0",
        Index = 2,
        IsUp = true,
    };

    [Fact]
    public void Every_interface_that_is_up_is_taken() =>
        Assert.Equal(["lo", "eth0"], Selected(s_lo, s_eth, s_eth with { Name = "eth1", Index = 3, IsUp = false }));

    [Theory]
    [InlineData("bridge", "lo master")]
    [InlineData("bond", "lo master")]
    [InlineData("team", "lo master")]
    [InlineData(null, "lo master")] // Azure: the VF is enslaved to the netvsc device, which has no kind
    [InlineData("vrf", "lo eth0")]
    [InlineData("openvswitch", "lo eth0 master")]
    public void A_port_is_left_out_where_its_master_shows_its_packets(string? masterKind, string expected) =>
        Assert.Equal(
            expected.Split(' '),
            Selected(
                s_lo,
                s_eth with
                {
                    MasterIndex = 9,
                },
                new LinkInterface
                {
                    Name = "master",
                    Index = 9,
                    IsUp = true,
                    Kind = masterKind,
                }
            )
        );

    [Fact]
    public void A_port_stays_while_its_master_is_down() =>
        Assert.Equal(
            ["eth0"],
            Selected(
                s_eth with
                {
                    MasterIndex = 9,
                },
                new LinkInterface
                {
                    Name = "br0",
                    Index = 9,
                    IsUp = false,
                    Kind = "bridge",
                }
            )
        );

    [Fact]
    public void The_ports_of_a_bridge_that_applies_the_rules_of_IP_stay() =>
        Assert.Equal(
            ["eth0", "br0"],
            Selected(
                s_eth with
                {
                    MasterIndex = 9,
                },
                new LinkInterface
                {
                    Name = "br0",
                    Index = 9,
                    IsUp = true,
                    Kind = "bridge",
                    FiltersBridged = true,
                }
            )
        );

    [Theory]
    [InlineData("vlan", true, false, "eth0")]
    [InlineData("macvlan", true, false, "eth0")]
    [InlineData("macvtap", true, false, "eth0")]
    [InlineData("ipvlan", true, false, "eth0")]
    [InlineData("vlan", false, false, "sub")] // the parent is down, so not captured
    [InlineData("macvlan", true, true, "eth0 sub")] // index 2 is another interface in another namespace
    [InlineData("vxlan", true, false, "eth0 sub")]
    [InlineData("gre", true, false, "eth0 sub")]
    [InlineData("wireguard", true, false, "eth0 sub")]
    [InlineData("tun", true, false, "eth0 sub")]
    [InlineData("veth", true, false, "eth0 sub")]
    public void A_sub_interface_is_left_out_where_its_parent_shows_its_packets(
        string kind,
        bool parentIsUp,
        bool parentIsElsewhere,
        string expected
    ) =>
        Assert.Equal(
            expected.Split(' '),
            Selected(
                s_eth with
                {
                    IsUp = parentIsUp,
                },
                new LinkInterface
                {
                    Name = "sub",
                    Index = 5,
                    IsUp = true,
                    Kind = kind,
                    ParentIndex = 2,
                    ParentIsElsewhere = parentIsElsewhere,
                }
            )
        );

    [Fact]
    public void A_vlan_on_a_port_of_a_bridge_stays_since_the_bridge_does_not_show_it() =>
        Assert.Equal(
            ["br0", "eth0.7"],
            Selected(
                s_eth with
                {
                    MasterIndex = 9,
                },
                new LinkInterface
                {
                    Name = "br0",
                    Index = 9,
                    IsUp = true,
                    Kind = "bridge",
                },
                new LinkInterface
                {
                    Name = "eth0.7",
                    Index = 10,
                    IsUp = true,
                    Kind = "vlan",
                    ParentIndex = 2,
                }
            )
        );

    [Fact]
    public void A_vlan_in_a_vlan_is_shown_by_the_interface_below_both() =>
        Assert.Equal(
            ["eth0"],
            Selected(
                s_eth,
                new LinkInterface
                {
                    Name = "eth0.7",
                    Index = 10,
                    IsUp = true,
                    Kind = "vlan",
                    ParentIndex = 2,
                },
                new LinkInterface
                {
                    Name = "eth0.7.8",
                    Index = 11,
                    IsUp = true,
                    Kind = "vlan",
                    ParentIndex = 10,
                }
            )
        );

    [Fact]
    public void A_name_that_does_not_exist_is_an_error_that_lists_those_that_do()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => CaptureSelection.Find([s_lo, s_eth], ["eth0", "wlan9"]));

        Assert.Equal(ProcNetError.InterfaceNotFound, error.Error);
        Assert.Equal("wlan9", error.Target);
        Assert.Contains("lo, eth0", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_interface_that_is_down_is_an_error()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => CaptureSelection.Find([s_eth with { IsUp = false }], ["eth0"]));

        Assert.Equal(ProcNetError.InterfaceDown, error.Error);
        Assert.Contains("ip link set eth0 up", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_named_twice_is_taken_once() =>
        Assert.Equal("eth0", Assert.Single(CaptureSelection.Find([s_lo, s_eth], ["eth0", "eth0"])).Name);

    private static IEnumerable<string> Selected(params LinkInterface[] links) => CaptureSelection.Select(links).Select(link => link.Name);
}
