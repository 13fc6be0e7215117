using ProcNet.Capabilities;

namespace ProcNet.Tests.Capabilities;

/// <summary>What Test-ProcNet says is what then happens.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("procnet-");

    [Theory]
    [InlineData("0000000000200000", "         0          0 4294967295", true)]
    [InlineData("0000000000200000", "         0       1000          1", false)] // unshare -Urn: all capabilities, of a namespace of its own
    [InlineData("0000000000000000", "         0          0 4294967295", false)]
    public void Namespaces_can_be_entered_by_the_hosts_administrator_only(string capabilities, string map, bool available)
    {
        Write("self/status", $"Name:\tpwsh\nCapEff:\t{capabilities}\n");
        Write("self/uid_map", map + "\n");

        Assert.Equal(available, new NetworkNamespacesProbe(_proc.FullName).Probe().Available);
    }

    [Theory]
    [InlineData("0000000000001000", true)] // CAP_NET_ADMIN
    [InlineData("0000000000000004", false)] // CAP_DAC_READ_SEARCH reads the file, which nobody asks
    public void Tracked_connections_are_asked_for_by_netlink(string capabilities, bool available)
    {
        Write("self/status", $"CapEff:\t{capabilities}\n");
        Write("sys/net/netfilter/nf_conntrack_max", "262144\n");
        Write("net/nf_conntrack", "");

        Assert.Equal(available, new ConntrackProbe(_proc.FullName).Probe().Available);
    }

    [Theory]
    [InlineData("rw", null)]
    [InlineData("rw,hidepid=off", null)]
    [InlineData("rw,hidepid=invisible", "invisible")]
    [InlineData("rw,gid=27,hidepid=2", "2")]
    public void Hidden_processes_are_told_by_the_mount(string options, string? expected)
    {
        Write("self/mountinfo", $"21 27 0:20 / /sys rw - sysfs sysfs rw\n22 27 0:21 / /proc rw,relatime - proc proc {options}\n");

        Assert.Equal(expected, ProcNet.Processes.HiddenProcesses.FindOption(_proc.FullName));
        Assert.Equal(expected is not null, ProcNet.Processes.HiddenProcesses.AreSome(_proc.FullName));
        Write("1/stat", "");
        Assert.False(ProcNet.Processes.HiddenProcesses.AreSome(_proc.FullName));
    }

    public void Dispose() => _proc.Delete(true);

    private void Write(string file, string text)
    {
        string path = Path.Combine(_proc.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
