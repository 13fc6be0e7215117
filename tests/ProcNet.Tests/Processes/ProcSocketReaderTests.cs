using System.Diagnostics;
using System.Net.Sockets;
using ProcNet.Processes;
using ProcNet.Tests.Sockets;

namespace ProcNet.Tests.Processes;

public sealed class ProcSocketReaderTests
{
    private static readonly Action<Notice> s_none = notice => Assert.Fail(notice.Message);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_worked_example_gives_41_rows_of_firefox()
    {
        using ProcTree tree = ProcTree.OfFirefox();

        List<ProcSocket> rows = [.. ProcSocketReader.Read(new ProcSocketQuery(), s_none, tree.Root, Token)];

        Assert.Equal(41, rows.Count);
        Assert.All(rows, row => Assert.Equal((2143, "firefox"), (row.ProcessId, row.ProcessName)));
        Assert.Equal(5245647, rows.Single(row => row.FileDescriptor == 44).Inode);
    }

    [Fact]
    public void Ids_names_inodes_and_namespaces_narrow_it()
    {
        using ProcTree tree = ProcTree.OfFirefox();
        tree.AddProcess(7, "nginx");
        tree.AddDescriptor(7, 3, "socket:[27273]");
        tree.AddDescriptor(7, 4, "socket:[99]");
        tree.AddProcess(8, "idle");

        Assert.Equal([27273, 99], Inodes(new ProcSocketQuery { ProcessIds = [7, 8, 999] }).Order().Reverse());
        Assert.Equal(41, Inodes(new ProcSocketQuery { NameMatches = name => name.StartsWith("fire", StringComparison.Ordinal) }).Count);
        Assert.Equal([27273, 27273], Inodes(new ProcSocketQuery { Inodes = new HashSet<long> { 27273 } }));
        Assert.Empty(Inodes(new ProcSocketQuery { NetworkNamespace = 1 }));
        Assert.Equal(43, Inodes(new ProcSocketQuery { NetworkNamespace = 4026531840 }).Count);

        List<long> Inodes(ProcSocketQuery query) => [.. ProcSocketReader.Read(query, s_none, tree.Root, Token).Select(row => row.Inode)];
    }

    [Fact]
    public void Our_own_socket_is_ours()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);

        ProcSocket row = Assert.Single(
            ProcSocketReader.Read(
                new ProcSocketQuery
                {
                    ProcessIds = [Environment.ProcessId],
                    Inodes = new HashSet<long> { socket.Inode() },
                },
                s_none,
                Token
            )
        );

        Assert.Equal(Environment.ProcessId, row.ProcessId);
        Assert.Equal((int)socket.Handle, row.FileDescriptor);
        Assert.Equal(Environment.UserName, row.UserName);
    }

    [Fact]
    public void Processes_of_others_give_one_notice_with_their_count()
    {
        var notices = new List<Notice>();
        int others = OtherUser.Run(() =>
        {
            _ = ProcSocketReader.Read(new ProcSocketQuery { ProcessIds = [1, 2] }, notices.Add, Token).Count();
            return notices.Count;
        });

        Assert.Equal(1, others);
        Assert.Equal(NoticeKind.ProcessesUnreadable, notices[0].Kind);
        Assert.StartsWith("The sockets of 2 processes could not be read", notices[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_that_vanish_meanwhile_are_silence()
    {
        var before = new List<Notice>();
        _ = ProcSocketReader.Read(new ProcSocketQuery(), before.Add, Token).Count();
        using var ended = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Task storm = Task.Run(
            () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    using Process process = Process.Start("true");
                    process.WaitForExit();
                }
            },
            Token
        );

        int rounds = 0;
        while (!ended.IsCancellationRequested)
        {
            var notices = new List<Notice>();
            _ = ProcSocketReader.Read(new ProcSocketQuery(), notices.Add, Token).Count();
            Assert.Equal(before, notices); // some machines have a process that even root may not read
            rounds++;
        }

        await storm;
        Assert.True(rounds > 1);
    }

    [Fact]
    public void Cancellation_ends_it()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => ProcSocketReader.Read(new ProcSocketQuery(), s_none, cancelled.Token).Count());
    }
}
