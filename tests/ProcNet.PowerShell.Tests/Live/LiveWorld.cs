using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Live;

/// <summary>
/// Two network namespaces joined by a veth pair, both families, and in the near one counters of nftables: a truth that the product did not
/// compute. Gone when disposed.
/// </summary>
internal sealed class LiveWorld : IDisposable
{
    public const string NearIPv4 = "192.0.2.1";
    public const string FarIPv4 = "192.0.2.2";
    public const string NearIPv6 = "2001:db8::1";
    public const string FarIPv6 = "2001:db8::2";

    private readonly List<LiveProcess> _processes = [];

    public LiveWorld()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Live tests make network namespaces and capture: both take root.");
        string unique = $"{Environment.ProcessId}x{Guid.NewGuid():N}"[..12];
        Near = $"pnln{unique}";
        Far = $"pnlf{unique}";
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

    public string Near { get; }

    public string Far { get; }

    /// <summary>Counts packets from and to a port of the peer, in nftables' own hooks beside IP.</summary>
    public void Count(string protocol, int port) =>
        Run(
            "ip",
            "netns",
            "exec",
            Near,
            "nft",
            $"add counter inet truth sent{port}; add counter inet truth received{port}; "
                + $"add rule inet truth out {protocol} dport {port} counter name sent{port}; "
                + $"add rule inet truth in {protocol} sport {port} counter name received{port}"
        );

    /// <summary>What was counted: bytes from the IP header on, and packets.</summary>
    public (long SentBytes, long ReceivedBytes, long SentPackets, long ReceivedPackets) Truth(int port)
    {
        using JsonDocument list = JsonDocument.Parse(Run("ip", "netns", "exec", Near, "nft", "-j", "list counters table inet truth"));
        var counters = list
            .RootElement.GetProperty("nftables")
            .EnumerateArray()
            .Where(item => item.TryGetProperty("counter", out _))
            .Select(item => item.GetProperty("counter"))
            .ToDictionary(counter => counter.GetProperty("name").GetString()!);
        long Of(string name, string what) => counters[$"{name}{port}"].GetProperty(what).GetInt64();
        return (Of("sent", "bytes"), Of("received", "bytes"), Of("sent", "packets"), Of("received", "packets"));
    }

    /// <summary>Starts the traffic program.</summary>
    public LiveProcess StartTraffic(
        string networkNamespace,
        string role,
        string protocol,
        string address,
        int port,
        int sentByClient,
        int sentByServer,
        int count = 1
    )
    {
        LiveProcess process = Start(
            networkNamespace,
            "dotnet",
            Repository.TestTraffic,
            role,
            protocol,
            address,
            Text(port),
            Text(sentByClient),
            Text(sentByServer),
            Text(count)
        );
        process.Expect("ready");
        return process;
    }

    /// <summary>Starts a PowerShell in the near namespace, with the staged module, as a user would.</summary>
    public LiveProcess StartShell(string script) => Start(Near, ["bash", .. Repository.Run, script]);

    /// <summary>
    /// Waits until a capture of the near namespace counts: its packet sockets are open, and what comes after that was
    /// done.
    /// </summary>
    public void WaitForCapture()
    {
        Assert.True(
            SpinWait.SpinUntil(
                () => Run("ip", "netns", "exec", Near, "cat", "/proc/net/packet").Split('\n').Length > 2,
                TimeSpan.FromSeconds(20)
            ),
            "No capture began."
        );

        // Nothing outside shows the moment itself: the owner feed is loaded before the first packet is counted, in a tenth of a second.
        Thread.Sleep(2000);
    }

    public void Dispose()
    {
        foreach (LiveProcess process in _processes)
        {
            process.Dispose();
        }

        foreach (string name in (string[])[Near, Far])
        {
            if (File.Exists($"/run/netns/{name}"))
            {
                Run("ip", "netns", "del", name);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Run(params string[] command)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {error.Result}");
        return output;
    }

    private LiveProcess Start(string networkNamespace, params string[] command)
    {
        var process = new LiveProcess(networkNamespace, command);
        _processes.Add(process);
        return process;
    }

    private void Make()
    {
        Run("ip", "netns", "add", Near);
        Run("ip", "netns", "add", Far);
        Run("ip", "link", "add", "near", "netns", Near, "type", "veth", "peer", "name", "far", "netns", Far);
        foreach (
            (string name, string link, string ipv4, string ipv6) in ((string, string, string, string)[])
                [(Near, "near", NearIPv4, NearIPv6), (Far, "far", FarIPv4, FarIPv6)]
        )
        {
            Run("ip", "-n", name, "address", "add", $"{ipv4}/24", "dev", link);
            Run("ip", "-n", name, "address", "add", $"{ipv6}/64", "dev", link, "nodad");
            Run("ip", "-n", name, "link", "set", "lo", "up");
            Run("ip", "-n", name, "link", "set", link, "up");
        }

        Run(
            "ip",
            "netns",
            "exec",
            Near,
            "nft",
            "add table inet truth; add chain inet truth out { type filter hook output priority 300; }; "
                + "add chain inet truth in { type filter hook input priority -300; }"
        );
    }
}
