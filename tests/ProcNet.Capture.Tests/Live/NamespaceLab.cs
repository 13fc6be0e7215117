using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.Monitoring;
using ProcNet.Sockets;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>
/// A host with a container behind a bridge (172.30.0.2, br0 172.30.0.1, port vport) and an outside (192.0.2.2) behind its uplink (uplink,
/// 192.0.2.1): three network namespaces, routed. Gone when disposed.
/// </summary>
internal sealed class NamespaceLab : IDisposable
{
    public const string Container = "172.30.0.2";
    public const string Host = "192.0.2.1";
    public const string Outside = "192.0.2.2";
    private const int EthernetHeader = 14;
    private static int s_count;
    private readonly string _unique = $"{Environment.ProcessId}x{Interlocked.Increment(ref s_count)}";

    public NamespaceLab()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Live tests make network namespaces and capture: both take root.");
        try
        {
            Make();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string HostName => $"pnsh{_unique}";

    public string ContainerNamespace => $"pnsc{_unique}";

    public string OutsideName => $"pnso{_unique}";

    /// <summary>Runs ip(8) in the host's namespace.</summary>
    public void Ip(string arguments) => NetworkNamespacePair.Ip($"-n {HostName} {arguments}");

    public void IpOutside(string arguments) => NetworkNamespacePair.Ip($"-n {OutsideName} {arguments}");

    public void InHost(string program, string arguments) => NetworkNamespacePair.Run("ip", $"netns exec {HostName} {program} {arguments}");

    /// <summary>What a user measures in the host, without the kernel feed: these interfaces, or the default ones.</summary>
    public TrafficMonitor Measure(params string[] interfaces)
    {
        HostAccess host = HostAccess.Local.Enter(NetworkNamespaceName.Find(HostName)) with { StartOwnerFeed = static _ => null };
        return TrafficMonitor.StartLive(
            new LiveMeasurement { Interfaces = interfaces.Length == 0 ? [] : CaptureSelection.Find(host.ReadLinks(), interfaces) },
            static () => new PcapLibrary(),
            host,
            static notice => TestContext.Current.TestOutputHelper?.WriteLine(notice.Message)
        );
    }

    /// <summary>A UDP socket of this process inside a namespace.</summary>
    public static Socket Udp(string networkNamespace, string address, int port = 0) =>
        NetworkNamespaceThread.Run(
            $"/run/netns/{networkNamespace}",
            () =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 3000 };
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
                return socket;
            }
        );

    /// <summary>Sends datagrams there, and one back for each.</summary>
    /// <param name="client">Who begins.</param>
    /// <param name="server">Who answers.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">Of how many bytes each.</param>
    /// <param name="called">The address that the client calls; null for the server's own.</param>
    public static void Exchange(Socket client, Socket server, int count, int size, EndPoint? called = null)
    {
        byte[] buffer = new byte[65536];
        client.Connect(called ?? server.LocalEndPoint!);
        for (int i = 0; i < count; i++)
        {
            client.Send(buffer.AsSpan(0, size));
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            server.ReceiveFrom(buffer, ref from);
            server.SendTo(buffer, 0, size, SocketFlags.None, from);
            client.Receive(buffer);
        }
    }

    /// <summary>What the kernel counted on an interface of the host, without link headers.</summary>
    public (long Packets, long Bytes) Counters(string link)
    {
        using JsonDocument list = JsonDocument.Parse(NetworkNamespacePair.Run("ip", $"-n {HostName} -s -j link show dev {link}"));
        JsonElement counters = list.RootElement[0].GetProperty("stats64");
        long Of(string direction, string what) => counters.GetProperty(direction).GetProperty(what).GetInt64();
        long packets = Of("rx", "packets") + Of("tx", "packets");
        return (packets, Of("rx", "bytes") + Of("tx", "bytes") - (packets * EthernetHeader));
    }

    /// <summary>Waits until the kernel has said what it says to new interfaces (IGMP), and gives the counters.</summary>
    public (long Packets, long Bytes) WaitForSilence(string link)
    {
        (long Packets, long Bytes) last = Counters(link);
        for (int quiet = 0, tries = 0; quiet < 10 && tries < 100; tries++)
        {
            Thread.Sleep(100);
            (long Packets, long Bytes) now = Counters(link);
            quiet = now == last ? quiet + 1 : 0;
            last = now;
        }

        return last;
    }

    public void Dispose()
    {
        foreach (string name in (string[])[HostName, ContainerNamespace, OutsideName])
        {
            if (File.Exists($"/run/netns/{name}"))
            {
                NetworkNamespacePair.Ip($"netns del {name}");
            }
        }
    }

    private void Make()
    {
        foreach (string name in (string[])[HostName, ContainerNamespace, OutsideName])
        {
            NetworkNamespacePair.Ip($"netns add {name}");

            // Its own chatter (router solicitations, MLD) would be captured beside the test's packets.
            NetworkNamespacePair.Run(
                "ip",
                $"netns exec {name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.ip_forward=1"
            );
            NetworkNamespacePair.Ip($"-n {name} link set lo up");
        }

        Ip("link add br0 type bridge");
        Ip($"link add vport type veth peer name eth0 netns {ContainerNamespace}");
        Ip("link set vport master br0");
        Ip($"link add uplink type veth peer name out netns {OutsideName}");
        Ip("addr add 172.30.0.1/24 dev br0");
        Ip($"addr add {Host}/24 dev uplink");
        NetworkNamespacePair.Ip($"-n {ContainerNamespace} addr add {Container}/24 dev eth0");
        IpOutside($"addr add {Outside}/24 dev out");
        foreach (string link in (string[])["br0", "vport", "uplink"])
        {
            Ip($"link set {link} up");
        }

        NetworkNamespacePair.Ip($"-n {ContainerNamespace} link set eth0 up");
        if (Directory.Exists("/proc/sys/net/bridge"))
        {
            // Where the module is loaded, its default would have bridges apply the rules of IP: a test that wants it says so.
            InHost("sysctl", "-qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0");
        }

        IpOutside("link set out up");
        NetworkNamespacePair.Ip($"-n {ContainerNamespace} route add default via 172.30.0.1");
        IpOutside($"route add default via {Host}");
    }
}
