using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>Two network namespaces joined by a veth pair: va (192.0.2.1, in A) and vb (192.0.2.2, in B). Gone when disposed.</summary>
internal sealed class NetworkNamespacePair : IDisposable
{
    private static int s_count;

    public NetworkNamespacePair()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Live tests make network namespaces and capture: both take root.");
        string unique = $"{Environment.ProcessId}x{Interlocked.Increment(ref s_count)}";
        A = $"pnca{unique}";
        B = $"pncb{unique}";
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

    public string A { get; }

    public string B { get; }

    public string PathA => $"/run/netns/{A}";

    public string PathB => $"/run/netns/{B}";

    public IReadOnlyList<LinkInterface> LinksOfA(params string[] names) => CaptureSelection.Find(InterfaceReader.ReadLinks(PathA), names);

    /// <summary>A UDP socket in A, connected to 192.0.2.2:<paramref name="port"/>, where a socket takes what comes.</summary>
    public (Socket Sender, Socket Receiver) ConnectUdp(int port)
    {
        Socket receiver = NetworkNamespaceThread.Run(PathB, () => Bound("192.0.2.2", port));
        Socket sender = NetworkNamespaceThread.Run(PathA, () => Bound("192.0.2.1", 0));
        sender.Connect(IPAddress.Parse("192.0.2.2"), port);
        return (sender, receiver);
    }

    public static void Ip(string arguments) => Run("ip", arguments);

    public static string Run(string program, string arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {arguments}: {error}");
        return output;
    }

    public void Dispose()
    {
        foreach (string name in new[] { A, B })
        {
            if (File.Exists($"/run/netns/{name}"))
            {
                Ip($"netns del {name}");
            }
        }
    }

    private void Make()
    {
        Ip($"netns add {A}");
        Ip($"netns add {B}");
        Ip($"-n {A} link add va type veth peer name vb netns {B}");
        foreach ((string name, string end, int host) in new[] { (A, "va", 1), (B, "vb", 2) })
        {
            // No IPv6: its own chatter (router solicitations, MLD) would be captured beside the test's packets.
            Run("ip", $"netns exec {name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
            if (Directory.Exists("/proc/sys/net/bridge"))
            {
                // Where the module is loaded, its default would have bridges apply the rules of IP.
                Run("ip", $"netns exec {name} sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0");
            }

            Ip($"-n {name} addr add 192.0.2.{host}/24 dev {end}");
            Ip($"-n {name} link set lo up");
            Ip($"-n {name} link set {end} up");
        }

        // Known neighbours: no ARP beside the test's packets either.
        Ip($"-n {A} neigh replace 192.0.2.2 lladdr {AddressOf(B, "vb")} dev va");
        Ip($"-n {B} neigh replace 192.0.2.1 lladdr {AddressOf(A, "va")} dev vb");
    }

    private static Socket Bound(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    }

    private static string AddressOf(string name, string link) =>
        Run("ip", $"-n {name} -o link show {link}").Split("link/ether ")[1].Split(' ')[0];
}
