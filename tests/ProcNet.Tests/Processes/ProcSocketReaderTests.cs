using System.Diagnostics;
using System.Net.Sockets;
using ProcNet.Processes;
using ProcNet.Tests.Linux;
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
    public void A_socket_of_another_network_namespace_than_its_process_is_that_ones()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "To make a namespace takes root.");
        using var place = new TemporaryNamespace();
        Assert.True(ProcNet.Linux.Namespaces.NetworkNamespace.TryReadInode(place.Path, out long inode));
        using Socket socket = ProcNet.Linux.Namespaces.NetworkNamespaceThread.Run(
            place.Path,
            static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        );
        Assert.SkipUnless(ProcNet.Processes.Iterator.AllSockets.TryRead() is not null, "The kernel tells it by a BPF iterator.");

        ProcSocket byId = Assert.Single(
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
        ProcSocket byNamespace = Assert.Single(ProcSocketReader.Read(new ProcSocketQuery { NetworkNamespace = inode }, s_none, Token));

        Assert.Equal((inode, inode, (int)socket.Handle), (byId.NetworkNamespace, byNamespace.NetworkNamespace, byNamespace.FileDescriptor));
    }

    [Theory]
    [InlineData("syscall(272, 0x400)", true)] // unshare of CLONE_FILES, in a thread
    [InlineData("1", false)] // whose first thread ends
    public void Sockets_in_a_table_that_is_not_the_first_threads_are_the_processs_too(string inThread, bool firstStays)
    {
        Assert.SkipUnless(
            System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "System calls by number."
        );
        string end = firstStays ? "t.join()" : "c.pthread_exit(None)";
        using Process program = Process.Start(
            new ProcessStartInfo(
                "/usr/bin/python3",
                [
                    "-c",
                    $$"""
                    import ctypes, socket, sys, threading
                    c = ctypes.CDLL(None); syscall = c.syscall
                    def run():
                        {{inThread}}; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); print(s.fileno(), flush=True); sys.stdin.readline()
                    t = threading.Thread(target=run); t.start(); {{end}}
                    """,
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        int descriptor = int.Parse(program.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(
            firstStays
                || SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{program.Id}/stat").Contains(") Z", StringComparison.Ordinal), 5000)
        );
        using var walker = new DescriptorWalker();
        using var processes = new ProcessReader();
        List<SocketDescriptor> walked = [];
        List<SocketDescriptor> iterated = [];

        walker.Walk(program.Id, walked);
        walker.WalkThreads(program.Id, walked);
        bool mayIterate = ProcNet.Processes.Iterator.AllSockets.TryRead()?.Copy(processes.ReadKey(program.Id)!.Value, iterated) == true;
        program.StandardInput.Close();
        program.WaitForExit();

        Assert.Equal(descriptor, Assert.Single(walked.Distinct()).FileDescriptor);
        Assert.True(!mayIterate || Assert.Single(iterated).Inode == walked[0].Inode);
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
