using System.Net.Sockets;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>Each packet is counted once, on real bridges, veths, macvlans, VXLANs, and through NAT.</summary>
public sealed class CountedOnceTests
{
    private const int Count = 20;
    private const int Size = 400;
    private const long OneWay = Count * (Size + 28L);

    [Fact]
    public void A_containers_routed_traffic_counts_once_of_three_interfaces()
    {
        using var lab = new NamespaceLab();
        using Socket inside = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container);
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () => NamespaceLab.Exchange(inside, outside, Count, Size),
            "br0",
            "vport",
            "uplink"
        );

        TrafficFlow counted = Assert.Single(Owned(flows, NamespaceLab.Container));
        Assert.Equal((OneWay, OneWay, "vport"), (counted.SentBytes, counted.ReceivedBytes, counted.Interface));
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.OtherNamespace, counted.Evidence);
        Assert.NotEqual(counted.NetworkNamespace, Assert.Single(Owned(flows, NamespaceLab.Outside)).NetworkNamespace);

        // Not what the kernel says for itself meanwhile: the bridge reports its groups by IGMP.
        TrafficFlow[] again =
        [
            .. flows.Where(flow => flow.Category == TrafficCategory.Duplicate && flow.Protocol == TransportProtocol.Udp),
        ];
        Assert.Equal(["br0", "uplink"], again.Select(flow => flow.Interface!).Order());
        Assert.All(again, flow => Assert.Equal((2 * OneWay, "The same packets are counted on 'vport'."), (flow.TotalBytes, flow.Reason)));
    }

    [Fact]
    public void Of_the_default_interfaces_the_one_that_leads_into_an_owners_namespace_counts()
    {
        using var lab = new NamespaceLab();
        using Socket inside = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container);
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);

        IReadOnlyList<TrafficFlow> flows = Measure(lab, () => NamespaceLab.Exchange(inside, outside, Count, Size));

        // The outside is a namespace of this machine too, and the uplink leads into it; the bridge only to the port before the container.
        Assert.Equal("uplink", Assert.Single(Owned(flows, NamespaceLab.Container)).Interface);
        Assert.Equal("br0", Assert.Single(flows, flow => flow.Category == TrafficCategory.Duplicate).Interface);
    }

    [Fact]
    public void What_an_interface_showed_is_what_the_kernel_counted_on_it()
    {
        using var lab = new NamespaceLab();
        using Socket inside = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container);
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);
        NamespaceLab.Exchange(inside, outside, 1, Size);
        (long Packets, long Bytes) before = lab.WaitForSilence("vport");
        (long Packets, long Bytes) after = default;

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () =>
            {
                NamespaceLab.Exchange(inside, outside, Count, Size);
                after = lab.Counters("vport");
            },
            "vport"
        );

        // Both ends are owners of this machine: each packet is in two rows, of which one is enough here.
        long bytes = flows.Where(flow => flow.LocalAddress?.ToString() != NamespaceLab.Outside).Sum(flow => flow.TotalBytes);
        Assert.Equal(after.Bytes - before.Bytes, bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Masqueraded_traffic_is_the_containers_wherever_it_is_seen(bool isInnerSeen)
    {
        using var lab = new NamespaceLab();
        lab.InHost("nft", "add table ip nat");
        lab.InHost("nft", "add chain ip nat post { type nat hook postrouting priority 100 ; }");
        lab.InHost("nft", "add rule ip nat post oifname uplink masquerade");
        using Socket inside = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container);
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () => NamespaceLab.Exchange(inside, outside, Count, Size),
            isInnerSeen ? ["br0", "uplink"] : ["uplink"]
        );

        TrafficFlow outer = Assert.Single(flows, flow => flow.LocalAddress?.ToString() == NamespaceLab.Host);
        Assert.Equal((OneWay, OneWay, "uplink"), (outer.SentBytes, outer.ReceivedBytes, outer.Interface));
        if (isInnerSeen)
        {
            Assert.Equal((OneWay, OneWay), Totals(Owned(flows, NamespaceLab.Container)));
            Assert.Equal(TrafficCategory.Duplicate, outer.Category);
            Assert.StartsWith("The same packets are counted on 'br0'", outer.Reason);
        }
        else
        {
            Assert.Equal(
                (Environment.ProcessId, OwnerEvidence.ExactTuple | OwnerEvidence.OtherNamespace | OwnerEvidence.Translated),
                (outer.ProcessId, outer.Evidence)
            );
        }
    }

    [Fact]
    public void What_a_bridge_translates_between_its_ports_has_its_owners_and_counts_once()
    {
        Assert.SkipUnless(Directory.Exists("/proc/sys/net/bridge"), "It takes the module br_netfilter.");
        using var lab = new NamespaceLab();
        lab.InHost("sysctl", "-qw net.bridge.bridge-nf-call-iptables=1");
        lab.Ip("link set vport type bridge_slave hairpin on");
        lab.InHost("nft", "add table ip nat");
        lab.InHost("nft", "add chain ip nat pre { type nat hook prerouting priority -100 ; }");
        lab.InHost("nft", "add chain ip nat post { type nat hook postrouting priority 100 ; }");
        lab.InHost("nft", "add rule ip nat pre udp dport 9000 dnat to 172.30.0.2:80");
        lab.InHost("nft", "add rule ip nat post ip saddr 172.30.0.0/24 udp dport 80 masquerade");
        using Socket client = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container);
        using Socket server = NamespaceLab.Udp(lab.ContainerNamespace, NamespaceLab.Container, 80);

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () =>
                NamespaceLab.Exchange(
                    client,
                    server,
                    Count,
                    Size,
                    new System.Net.IPEndPoint(System.Net.IPAddress.Parse("172.30.0.1"), 9000)
                )
        );

        // The port shows the packets before and after both steps, the bridge in between.
        Assert.Contains(flows, flow => flow.Interface == "br0" && flow.Protocol == TransportProtocol.Udp);
        Assert.All(
            flows.Where(flow => flow.Protocol == TransportProtocol.Udp && flow.Interface == "br0"),
            flow => Assert.Equal(TrafficCategory.Duplicate, flow.Category)
        );
        Assert.Equal((2 * OneWay, 2 * OneWay), Totals(Owned(flows, NamespaceLab.Container)));
        Assert.DoesNotContain(flows, flow => flow.Category is TrafficCategory.OtherNamespace or TrafficCategory.NoSocket);
    }

    [Fact]
    public void A_macvlans_traffic_counts_on_it_and_not_on_its_parent()
    {
        using var lab = new NamespaceLab();
        lab.Ip("link add mv0 link uplink type macvlan mode bridge");
        lab.Ip("addr add 192.0.2.10/24 dev mv0");
        lab.Ip("link set mv0 up");
        lab.Ip("route add 192.0.2.2/32 dev mv0 src 192.0.2.10");
        using Socket here = NamespaceLab.Udp(lab.HostName, "192.0.2.10");
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);
        NamespaceLab.Exchange(here, outside, 1, Size);

        IReadOnlyList<TrafficFlow> flows = Measure(lab, () => NamespaceLab.Exchange(here, outside, Count, Size), "mv0", "uplink");

        TrafficFlow[] counted = [.. Owned(flows, "192.0.2.10")];
        Assert.Equal((OneWay, OneWay), Totals(counted));
        Assert.Contains(counted, flow => flow.Interface == "mv0");
    }

    [Fact]
    public void A_vxlans_inside_is_the_processs_and_its_outside_the_kernels()
    {
        using var lab = new NamespaceLab();
        lab.Ip("link add vx0 type vxlan id 5 dstport 4789 remote 192.0.2.2 dev uplink");
        lab.IpOutside("link add vx0 type vxlan id 5 dstport 4789 remote 192.0.2.1 dev out");
        lab.Ip("addr add 10.77.0.1/24 dev vx0");
        lab.IpOutside("addr add 10.77.0.2/24 dev vx0");
        lab.Ip("link set vx0 up");
        lab.IpOutside("link set vx0 up");
        using Socket here = NamespaceLab.Udp(lab.HostName, "10.77.0.1");
        using Socket there = NamespaceLab.Udp(lab.OutsideName, "10.77.0.2", 9000);
        NamespaceLab.Exchange(here, there, 1, Size);

        IReadOnlyList<TrafficFlow> flows = Measure(lab, () => NamespaceLab.Exchange(here, there, Count, Size), "vx0", "uplink");

        Assert.Equal((OneWay, OneWay), Totals(Owned(flows, "10.77.0.1")));
        TrafficFlow[] outer = [.. flows.Where(flow => flow.LocalAddress?.ToString() == NamespaceLab.Host)];

        // Outer IP, UDP, VXLAN and inner Ethernet: 50 bytes more for each packet (RFC 7348). ARP may pass inside too.
        Assert.True(outer.Sum(flow => flow.TotalBytes) >= 2 * (OneWay + (Count * 50L)));
        Assert.All(outer, flow => Assert.Equal(TrafficCategory.Kernel, flow.Category));
    }

    [Fact]
    public void A_tunnels_inside_is_the_applications_and_its_outside_the_tunnel_programs_own()
    {
        using var lab = new NamespaceLab();
        using Socket sink = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 7000);

        // A tunnel in one line: each packet that comes out of the device goes on as a datagram. 0x400454ca is TUNSETIFF; 0x1001 IFF_TUN |
        // IFF_NO_PI.
        using var tunnel = new NamespaceProgram(
            lab.HostName,
            "perl",
            "-e",
            "use IO::Socket::INET; open(my $t, '+<', '/dev/net/tun') or die $!; my $r = pack('a16 s x22', 'tun7', 0x1001); ioctl($t, 0x400454ca, $r) or die $!;"
                + " my $s = IO::Socket::INET->new(PeerAddr => '192.0.2.2:7000', Proto => 'udp'); $| = 1; print \"ready\\n\";"
                + " while (sysread($t, my $p, 2000)) { $s->send($p) }"
        );
        tunnel.Expect("ready");
        lab.Ip("addr add 10.88.0.1/24 dev tun7");
        lab.Ip("link set tun7 up");
        using Socket here = NamespaceLab.Udp(lab.HostName, "10.88.0.1");

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    here.SendTo(new byte[Size], new System.Net.IPEndPoint(System.Net.IPAddress.Parse("10.88.0.2"), 5000));
                    sink.Receive(new byte[2000]);
                }
            },
            "tun7",
            "uplink"
        );

        Assert.Equal((OneWay, 0L), Totals(Owned(flows, "10.88.0.1")));
        TrafficFlow outer = Assert.Single(flows, flow => flow.LocalAddress?.ToString() == NamespaceLab.Host);
        Assert.Equal((OneWay + (Count * 28L), "perl", tunnel.Id), (outer.SentBytes, outer.ProcessName, outer.ProcessId));
    }

    [Fact]
    public void A_containers_process_is_named_as_it_is_in_its_namespace()
    {
        using var lab = new NamespaceLab();
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);
        using var client = new NamespaceProgram(
            lab.ContainerNamespace,
            "perl",
            "-e",
            "use IO::Socket::INET; $| = 1; print \"ready\\n\"; <STDIN>; my $s = IO::Socket::INET->new(PeerAddr => '192.0.2.2:9000', Proto => 'udp');"
                + " for (1..20) { $s->send('x' x 400); $s->recv(my $b, 2000) } print \"done\\n\"; <STDIN>"
        );
        client.Expect("ready");

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () =>
            {
                client.Say("go");
                byte[] buffer = new byte[2000];
                for (int i = 0; i < Count; i++)
                {
                    System.Net.EndPoint from = new System.Net.IPEndPoint(System.Net.IPAddress.Any, 0);
                    int length = outside.ReceiveFrom(buffer, ref from);
                    outside.SendTo(buffer, 0, length, SocketFlags.None, from);
                }

                client.Expect("done");
            },
            "br0",
            "uplink"
        );

        TrafficFlow row = Assert.Single(flows, flow => flow.ProcessId == client.Id);
        Assert.Equal((OneWay, OneWay, "perl"), (row.SentBytes, row.ReceivedBytes, row.ProcessName));
        Assert.True(ProcNet.Linux.Namespaces.NetworkNamespace.TryReadInode($"/run/netns/{lab.ContainerNamespace}", out long inode));
        Assert.Equal(inode, row.NetworkNamespace);
    }

    [Fact]
    public void A_port_that_another_socket_takes_over_is_another_conversation()
    {
        using var lab = new NamespaceLab();
        using Socket outside = NamespaceLab.Udp(lab.OutsideName, NamespaceLab.Outside, 9000);
        Socket first = NamespaceLab.Udp(lab.HostName, NamespaceLab.Host, 40000);

        IReadOnlyList<TrafficFlow> flows = Measure(
            lab,
            () =>
            {
                NamespaceLab.Exchange(first, outside, 3, Size);
                Thread.Sleep(100);
                first.Dispose();
                Thread.Sleep(500);
                using Socket second = NamespaceLab.Udp(lab.HostName, NamespaceLab.Host, 40000);
                NamespaceLab.Exchange(second, outside, 5, Size);
                Thread.Sleep(100);
            },
            "uplink"
        );

        TrafficFlow[] rows = [.. flows.Where(flow => flow.LocalPort == 40000).OrderBy(flow => flow.CreationTime)];
        Assert.Equal([3L, 5L], rows.Select(flow => flow.SentPackets));
        Assert.Equal(2, rows.Select(flow => flow.Inode).Distinct().Count());
    }

    private static IReadOnlyList<TrafficFlow> Measure(NamespaceLab lab, Action traffic, params string[] interfaces)
    {
        using TrafficMonitor monitor = lab.Measure(interfaces);
        traffic();
        Thread.Sleep(200);
        monitor.Stop();
        TrafficReport report = monitor.Report();
        Assert.True(report.Statistics.IsBalanced);
        Assert.Equal(0, report.Statistics.DroppedPackets);
        return report.Flows;
    }

    private static IEnumerable<TrafficFlow> Owned(IEnumerable<TrafficFlow> flows, string local) =>
        flows.Where(flow =>
            flow.Category == TrafficCategory.Process && flow.ProcessId == Environment.ProcessId && flow.LocalAddress?.ToString() == local
        );

    private static (long Sent, long Received) Totals(IEnumerable<TrafficFlow> flows) =>
        (flows.Sum(flow => flow.SentBytes), flows.Sum(flow => flow.ReceivedBytes));
}
