using ProcNet.Flows;
using ProcNet.Linux.Bpf;
using ProcNet.Sources.Ebpf;
using ProcNet.Testing;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Ebpf;

public sealed class BpfObjectTests
{
    // What the committed objects were built with; another version gives other, equally good instructions.
    private const string Clang = "clang version 14.";

    // None of them changes a packet, a socket, a verdict or user memory.
    private static readonly Dictionary<int, string> s_readingHelpers = new()
    {
        [1] = "map_lookup_elem",
        [2] = "map_update_elem",
        [5] = "ktime_get_ns",
        [14] = "get_current_pid_tgid",
        [15] = "get_current_uid_gid",
        [16] = "get_current_comm",
        [26] = "skb_load_bytes",
        [46] = "get_socket_cookie",
        [95] = "sk_fullsock",
        [107] = "sk_storage_get",
        [113] = "probe_read_kernel",
        [115] = "probe_read_kernel_str",
        [127] = "seq_write",
        [158] = "get_current_task_btf",
        [160] = "ktime_get_coarse_ns",
        [162] = "sock_from_file",
        [184] = "get_func_ret",
    };

    [Theory]
    [InlineData(
        "cgroup_skb/ingress",
        "cgroup_skb/egress",
        "cgroup/sock_create",
        "cgroup/connect4",
        "cgroup/connect6",
        "cgroup/sendmsg4",
        "cgroup/sendmsg6",
        "cgroup/recvmsg4",
        "cgroup/recvmsg6"
    )]
    public void Every_program_that_is_asked_for_a_verdict_allows_on_every_path(params string[] sections)
    {
        List<(string Name, byte[] Content)> asked = Programs("procnet.bpf.o")
            .FindAll(program => program.Name.StartsWith("cgroup", StringComparison.Ordinal));

        Assert.Equal(sections.Order(), asked.Select(program => program.Name).Order());
        Assert.All(asked, program => Assert.True(new BpfCode(program.Content).AlwaysReturnsOne(), program.Name));
    }

    [Fact]
    public void The_review_finds_a_path_that_refuses()
    {
        byte[] code = Programs("procnet.bpf.o").First(program => program.Name == "cgroup_skb/egress").Content.ToArray();
        int allow = code.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xB4, 0, 0, 0, 1, 0, 0, 0]);
        Assert.True(allow >= 0);

        code[allow + 4] = 0;

        Assert.False(new BpfCode(code).AlwaysReturnsOne());
    }

    [Theory]
    [InlineData("procnet.bpf.o")]
    [InlineData("iter.bpf.o")]
    public void No_program_calls_a_helper_that_changes_anything(string name)
    {
        foreach ((string section, byte[] content) in Programs(name))
        {
            Assert.All(
                new BpfCode(content).Helpers,
                helper => Assert.True(s_readingHelpers.ContainsKey(helper), $"{section} calls helper {helper}")
            );
        }
    }

    [Theory]
    [InlineData("procnet.bpf.o")]
    [InlineData("iter.bpf.o")]
    public void The_committed_object_is_what_the_source_gives(string name)
    {
        string version = Command.Run("clang", "--version");
        string folder = Directory.CreateTempSubdirectory("procnet-bpf-").FullName;
        try
        {
            Command.Run("bash", Repository.PathOf("build/bpf.sh"), folder);
            byte[] built = File.ReadAllBytes(Path.Combine(folder, name));
            byte[] committed = BpfObject.ReadResource(name);
            if (version.Contains(Clang, StringComparison.Ordinal))
            {
                Assert.True(
                    built.AsSpan().SequenceEqual(committed),
                    $"{name} is not what its source gives: run build/bpf.sh and commit it."
                );
            }

            Assert.Equal(
                new BpfElf(committed).Sections.Select(section => section.Name).Order(),
                new BpfElf(built).Sections.Select(section => section.Name).Order()
            );
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_map_whose_elements_have_another_size_than_ours_is_not_opened()
    {
        using BpfObject programs = BpfObject.OpenResource("procnet.bpf.o");

        Assert.Contains(
            "processes",
            Assert.Throws<InvalidOperationException>(() => programs.OpenMap<uint, FeedProcess>("processes")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidOperationException>(() => programs.OpenMap<EbpfProcess, ulong>("processes"));
        Assert.Throws<InvalidOperationException>(() => programs.OpenMap<EbpfProcess, FeedProcess>("no_such_map"));
        programs.OpenMap<EbpfProcess, FeedProcess>("processes");
    }

    private static List<(string Name, byte[] Content)> Programs(string name) =>
        new BpfElf(BpfObject.ReadResource(name)).Sections.FindAll(section =>
            section.Name.StartsWith("cgroup", StringComparison.Ordinal)
            || section.Name.StartsWith("tp_btf", StringComparison.Ordinal)
            || section.Name.StartsWith("fentry", StringComparison.Ordinal)
            || section.Name.StartsWith("fexit", StringComparison.Ordinal)
            || section.Name.StartsWith("iter", StringComparison.Ordinal)
        );
}
