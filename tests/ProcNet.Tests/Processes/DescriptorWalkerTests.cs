using System.Net.Sockets;
using ProcNet.Processes;
using ProcNet.Tests.Sockets;

namespace ProcNet.Tests.Processes;

public sealed class DescriptorWalkerTests
{
    [Fact]
    public void The_worked_example_has_41_sockets()
    {
        using ProcTree tree = ProcTree.OfFirefox();
        using var walker = new DescriptorWalker(tree.Root);
        var sockets = new List<SocketDescriptor>();

        Assert.Equal(WalkStatus.Read, walker.Walk(2143, sockets));

        Assert.Equal(41, sockets.Count);
        Assert.Contains(new SocketDescriptor(10, 27273), sockets);
        Assert.Contains(new SocketDescriptor(101, 3726782), sockets);
    }

    [Fact]
    public void Only_links_that_read_socket_and_a_number_count()
    {
        using var tree = new ProcTree();
        tree.AddProcess(5, "mixed");
        string[] links =
        [
            "/dev/null",
            "pipe:[77]",
            "anon_inode:[eventpoll]",
            "socket:[abc]",
            "socket:[12",
            "/tmp/socket:[9]",
            "socket:[4294967295]",
        ];
        for (int i = 0; i < links.Length; i++)
        {
            tree.AddDescriptor(5, i, links[i]);
        }

        using var walker = new DescriptorWalker(tree.Root);
        var sockets = new List<SocketDescriptor>();

        Assert.Equal(WalkStatus.Read, walker.Walk(5, sockets));
        Assert.Equal([new SocketDescriptor(6, 4294967295)], sockets);
    }

    [Fact]
    public void Our_own_sockets_are_found_under_their_descriptors()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var walker = new DescriptorWalker();
        var sockets = new List<SocketDescriptor>();

        Assert.Equal(WalkStatus.Read, walker.Walk(Environment.ProcessId, sockets));

        Assert.Contains(new SocketDescriptor((int)socket.Handle, socket.Inode()), sockets);
    }

    [Fact]
    public void Thousands_of_descriptors_need_several_buffers_and_are_all_found()
    {
        var held = new List<Socket>();
        try
        {
            for (int i = 0; i < 3000; i++)
            {
                held.Add(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            }

            using var walker = new DescriptorWalker();
            var sockets = new List<SocketDescriptor>();
            walker.Walk(Environment.ProcessId, sockets);

            Assert.Subset(
                sockets.Select(socket => socket.FileDescriptor).ToHashSet(),
                held.Select(socket => (int)socket.Handle).ToHashSet()
            );
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_process_that_has_gone_is_gone()
    {
        using var walker = new DescriptorWalker();

        Assert.Equal(WalkStatus.Gone, walker.Walk(int.MaxValue, []));
    }

    [Fact]
    public void Another_users_process_is_denied() =>
        Assert.Equal(
            WalkStatus.Denied,
            OtherUser.Run(() =>
            {
                using var walker = new DescriptorWalker();
                return walker.Walk(1, []);
            })
        );

    [Fact]
    public void A_walk_allocates_nothing_once_its_list_is_large_enough()
    {
        using var walker = new DescriptorWalker();
        var sockets = new List<SocketDescriptor>(10_000);
        walker.Walk(Environment.ProcessId, sockets);
        sockets.Clear();

        long before = GC.GetAllocatedBytesForCurrentThread();
        walker.Walk(Environment.ProcessId, sockets);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_missing_proc_is_one_clear_error()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => new DescriptorWalker("/no/such/proc"));

        Assert.Equal(ProcNetError.ProcessListUnavailable, error.Error);
        Assert.Equal("The process list '/no/such/proc' cannot be read: No such file or directory.", error.Message);
    }
}
