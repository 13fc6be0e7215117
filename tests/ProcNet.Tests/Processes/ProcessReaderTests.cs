using System.Diagnostics;
using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

public sealed class ProcessReaderTests
{
    [Fact]
    public void A_fixture_process_reads_as_written()
    {
        using var tree = new ProcTree();
        tree.AddProcess(
            2143,
            "my (odd) app) S 1 2",
            startTicks: 4250,
            userId: 4_000_000_000,
            cgroup: "0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\n"
        );
        using var reader = new ProcessReader(tree.Root);

        ProcessIdentity identity = reader.ReadIdentity(2143)!;

        Assert.Equal(new ProcessKey(2143, 4250), identity.Key);
        Assert.Equal(identity.Key, reader.ReadKey(2143));
        Assert.Equal("my (odd) app) S 1 2", identity.Name);
        Assert.Equal(7, identity.ParentId);
        Assert.Equal(4_000_000_000, identity.UserId);
        Assert.Equal("4000000000", identity.UserName);
        Assert.Equal("/usr/bin/my (odd) app) S 1 2", identity.ExecutablePath);
        Assert.Equal(4026531840, identity.NetworkNamespace);
        Assert.Equal("docker:0123456789ab", identity.Container);
        Assert.Equal("docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope", identity.Unit);
        Assert.Equal("system.slice", identity.Slice);
        Assert.Null(identity.CommandLine);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 14, 2, 500, DateTimeKind.Utc).ToLocalTime(), identity.StartTime);
        Assert.Equal(DateTimeKind.Local, identity.StartTime.Kind);
    }

    [Fact]
    public void Whatever_a_process_calls_itself_its_name_is_sanitized()
    {
        using var tree = new ProcTree();
        tree.AddProcess(30, "\u001b]0;x\u0007\n\u009b\u202e", cgroup: "0::/lxc/web\u001b[2J\n");
        using var reader = new ProcessReader(tree.Root);

        ProcessIdentity identity = reader.ReadIdentity(30)!;

        Assert.Equal("?]0;x????", identity.Name);
        Assert.Equal(identity.Name, reader.ReadName(30));
        Assert.Equal(identity.Name, reader.ReadBrief(30)!.Name);
        Assert.Equal("/usr/bin/?]0;x????", identity.ExecutablePath);
        Assert.Equal("lxc:web?[2J", identity.Container);
    }

    [Fact]
    public void Our_own_process_is_who_the_runtime_says_it_is()
    {
        using var self = Process.GetCurrentProcess();
        using var reader = new ProcessReader();

        ProcessIdentity identity = reader.ReadIdentity(self.Id)!;

        Assert.Equal(Process.GetCurrentProcess().ProcessName, identity.Name);
        Assert.Equal(Environment.UserName, identity.UserName);
        Assert.Equal(Environment.ProcessPath, identity.ExecutablePath);
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget, $"net:[{identity.NetworkNamespace}]");
        Assert.Equal(self.StartTime, identity.StartTime, TimeSpan.FromSeconds(2));
        Assert.Equal(identity.NetworkNamespace, reader.ReadNetworkNamespace(self.Id));
    }

    [Fact]
    public void A_name_is_whole_and_the_command_line_tells_interpreters_apart()
    {
        using var tree = new ProcTree();
        tree.AddProcess(30, "a-name-longer-t");
        File.WriteAllText($"{tree.Root}/30/cmdline", "python3\0/opt/a-name-longer-than-fifteen.py\0--now\0");
        using var reader = new ProcessReader(tree.Root);

        ProcessIdentity identity = reader.ReadIdentity(30)!;

        Assert.Equal("a-name-longer-than-fifteen.py", identity.Name);
        Assert.Equal(identity.Name, reader.ReadName(30));
        Assert.Equal("python3 /opt/a-name-longer-than-fifteen.py --now", identity.CommandLine);
    }

    [Fact]
    public void The_list_holds_every_number_and_nothing_else()
    {
        using var tree = new ProcTree();
        tree.AddProcess(1, "init");
        tree.AddProcess(30, "thirty");
        Directory.CreateDirectory($"{tree.Root}/12x");
        using var reader = new ProcessReader(tree.Root);
        var ids = new List<int>();

        reader.ListProcesses(ids);
        Assert.Equal([1, 30], ids.Order());

        ids.Clear();
        reader.ListProcesses(ids);
        Assert.Equal([1, 30], ids.Order());
    }

    [Fact]
    public void A_process_that_has_gone_is_null()
    {
        using Process process = Process.Start("sleep", "60");
        using var reader = new ProcessReader();
        Assert.NotNull(reader.ReadIdentity(process.Id));

        process.Kill();
        process.WaitForExit();

        Assert.Null(reader.ReadIdentity(process.Id));
        Assert.Null(reader.ReadKey(process.Id));
        Assert.Null(reader.ReadName(process.Id));
        Assert.Null(reader.ReadNetworkNamespace(process.Id));
    }

    [Fact]
    public void Another_users_process_has_a_name_but_no_executable_and_no_namespace()
    {
        ProcessIdentity? first = OtherUser.Run(() =>
        {
            using var reader = new ProcessReader();
            return reader.ReadIdentity(1);
        });

        Assert.NotNull(first);
        Assert.Equal("root", first.UserName);
        Assert.Null(first.ExecutablePath);
        Assert.Null(first.NetworkNamespace);
    }

    [Fact]
    public void Names_list_the_processes_of_now() =>
        Assert.Contains((Environment.ProcessId, Process.GetCurrentProcess().ProcessName), ProcessNames.Read());
}
