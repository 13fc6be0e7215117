using System.Globalization;

namespace ProcNet.Tests.Processes;

/// <summary>A small <c>/proc</c> in a folder of its own, for one test.</summary>
internal sealed class ProcTree : IDisposable
{
    public ProcTree()
    {
        Root = Directory.CreateTempSubdirectory("procnet-").FullName;
        File.WriteAllText($"{Root}/stat", "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n");
        File.WriteAllText($"{Root}/uptime", "1 1\n");
        Directory.CreateDirectory($"{Root}/net");
    }

    public string Root { get; }

    /// <summary>The process of the worked example: firefox 2143 with its 41 sockets, and the table of 27 rows.</summary>
    public static ProcTree OfFirefox()
    {
        var tree = new ProcTree();
        tree.AddProcess(2143, "firefox", startTicks: 4200);
        foreach (string line in File.ReadLines(Fixture("firefox-2143/proc_2143_fd.txt")))
        {
            // lrwx------ 1 v0id v0id 64 11月 19 11:19 10 -> socket:[27273]
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            tree.AddDescriptor(2143, int.Parse(columns[^3], CultureInfo.InvariantCulture), columns[^1]);
        }

        File.Copy(Fixture("firefox-2143/proc_net_tcp.txt"), $"{tree.Root}/net/tcp");
        return tree;
    }

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public void AddProcess(int id, string name, ulong startTicks = 100, uint userId = 0, string cgroup = "0::/\n")
    {
        string folder = $"{Root}/{id}";
        Directory.CreateDirectory($"{folder}/fd");
        Directory.CreateDirectory($"{folder}/ns");
        File.WriteAllText($"{folder}/comm", name + "\n");
        File.WriteAllText($"{folder}/stat", $"{id} ({name}) S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 {startTicks} 1 2 3\n");
        File.WriteAllText($"{folder}/status", $"Name:\t{name}\nUid:\t1000\t{userId}\t1000\t1000\nGid:\t0\t0\t0\t0\n");
        File.WriteAllText($"{folder}/cgroup", cgroup);
        File.CreateSymbolicLink($"{folder}/exe", $"/usr/bin/{name} (deleted)");
        File.CreateSymbolicLink($"{folder}/ns/net", "net:[4026531840]");
    }

    public void AddDescriptor(int id, int number, string target) => File.CreateSymbolicLink($"{Root}/{id}/fd/{number}", target);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
