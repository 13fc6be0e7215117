using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ProcNet.Linux.Namespaces;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Tests.Linux;
using ProcNet.Tests.Processes;

namespace ProcNet.Tests.Sockets;

public sealed class NetConnectionReaderTests
{
    private static readonly Action<Notice> s_none = notice => Assert.Fail(notice.Message);

    // A walk through all processes: some machines have one that even root may not read.
    private static readonly Action<Notice> s_unreadable = notice => Assert.Equal(NoticeKind.ProcessesUnreadable, notice.Kind);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_the_worked_examples_27_rows_22_are_firefoxs_and_5_nobodys()
    {
        using ProcTree tree = ProcTree.OfFirefox();
        HashSet<long> held = [.. ProcSocketReader.Read(new ProcSocketQuery(), s_none, tree.Root, Token).Select(socket => socket.Inode)];

        List<NetConnection> rows = File(ProcTree.Fixture("firefox-2143/proc_net_tcp.txt"));

        Assert.Equal(27, rows.Count);
        Assert.Equal(22, rows.Count(row => held.Contains(row.Inode)));
        Assert.Equal([12396, 11404, 5243074, 2102209, 273820], rows.Where(row => !held.Contains(row.Inode)).Select(row => row.Inode));
        Assert.Equal("Tcp 192.168.7.151:34551 192.168.8.223:80 Established", rows.Single(row => row.Inode == 5245647).ToString());
        Assert.Equal(
            [(ConnectionState.Established, 22), (ConnectionState.SynSent, 1), (ConnectionState.CloseWait, 2), (ConnectionState.Listen, 2)],
            rows.CountBy(row => row.State).Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Value == 22 ? 0 : (int)pair.Key)
        );
        Assert.All(rows, row => Assert.Equal((null, null), (row.NetworkNamespace, row.OwningProcess)));
    }

    [Fact]
    public void Every_condition_narrows_a_file()
    {
        Assert.Equal(2, Count(new NetConnectionQuery { States = new HashSet<ConnectionState> { ConnectionState.Listen } }));
        Assert.Equal(1, Count(new NetConnectionQuery { LocalPorts = new HashSet<int> { 53 } }));
        Assert.Equal(
            25,
            Count(
                new NetConnectionQuery
                {
                    RemotePorts = new HashSet<int> { 80, 443 },
                }
            )
        );
        Assert.Equal(1, Count(new NetConnectionQuery { Inodes = new HashSet<long> { 5249282 } }));
        Assert.Equal(2, Count(new NetConnectionQuery { LocalAddress = address => address.IsLoopback }));
        Assert.Equal(2, Count(new NetConnectionQuery { RemoteAddress = address => address.IsAny }));
        Assert.Equal(0, Count(new NetConnectionQuery { Protocols = new HashSet<TransportProtocol> { TransportProtocol.Udp } }));

        static int Count(NetConnectionQuery query) => File(ProcTree.Fixture("firefox-2143/proc_net_tcp.txt"), query).Count;
    }

    [Fact]
    public void Live_rows_say_where_they_come_from_and_who_holds_them()
    {
        using var live = new LiveSockets();
        var query = new NetConnectionQuery
        {
            LocalPorts = new HashSet<int> { live.Listener.LocalPort() },
            Protocols = new HashSet<TransportProtocol> { TransportProtocol.Tcp },
            IncludeProcess = true,
        };

        List<NetConnection> rows = [.. NetConnectionReader.Read(query, s_unreadable, Token)];

        Assert.Equal(new HashSet<long> { live.Listener.Inode(), live.Server.Inode() }, rows.Select(row => row.Inode).ToHashSet());
        NetConnection server = rows.Single(row => row.State == ConnectionState.Established);
        Assert.Equal((IPEndPoint)live.Client.LocalEndPoint!, new IPEndPoint(server.RemoteAddress, server.RemotePort));
        Assert.Equal("sock_diag", server.Source);
        Assert.Equal(Environment.ProcessId, server.OwningProcess);
        Assert.Equal(Process.GetCurrentProcess().ProcessName, server.ProcessName);
        Assert.Equal(Environment.UserName, server.UserName);
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget, $"net:[{server.NetworkNamespace}]");
    }

    [Fact]
    public void Every_holder_of_a_shared_socket_is_told_and_who_the_first_one_is()
    {
        using Process holder = Process.Start(
            new ProcessStartInfo(
                "perl",
                [
                    "-MSocket",
                    "-e",
                    "$|=1; socket(my $s, AF_INET, SOCK_DGRAM, 0); bind($s, pack_sockaddr_in(0, INADDR_LOOPBACK)); open(my $again, '>&', $s); my $c = fork; "
                        + "unless ($c) { <STDIN>; exit } print(((sockaddr_in(getsockname $s))[0]), \" $c\\n\"); <STDIN>",
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        int[] said = [.. holder.StandardOutput.ReadLine()!.Split(' ').Select(int.Parse)];
        NetConnectionQuery query = new()
        {
            LocalPorts = new HashSet<int> { said[0] },
            IncludeProcess = true,
        };

        NetConnection row = Assert.Single(NetConnectionReader.Read(query, s_unreadable, Token));

        Assert.Equal((holder.Id, $"{holder.Id} {said[1]}"), (row.OwningProcess, row.SharedWith));
        Assert.Equal((Environment.ProcessId, "perl"), (row.ParentId, row.ProcessName));
        Assert.StartsWith("perl -MSocket -e $|=1;", row.CommandLine, StringComparison.Ordinal);
        Assert.EndsWith("/perl", row.Path, StringComparison.Ordinal);
        holder.StandardInput.Close();
        holder.WaitForExit();
    }

    [Fact]
    public void A_tcp_socket_that_is_bound_and_neither_listens_nor_is_connected_is_found_by_the_state_that_is_shown()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var onPort = new NetConnectionQuery { LocalPorts = new HashSet<int> { ((IPEndPoint)bound.LocalEndPoint!).Port } };

        NetConnection shown = Assert.Single(NetConnectionReader.Read(onPort, s_none, Token));
        NetConnection found = Assert.Single(
            NetConnectionReader.Read(onPort with { States = new HashSet<ConnectionState> { ConnectionState.Bound } }, s_none, Token)
        );

        Assert.Equal(ConnectionState.Bound, shown.State);
        Assert.Equal(shown.Inode, found.Inode);
    }

    [Fact]
    public void Of_one_process_only_its_sockets_come()
    {
        using var live = new LiveSockets();

        HashSet<long> inodes =
        [
            .. NetConnectionReader
                .Read(new NetConnectionQuery { OwningProcessIds = new HashSet<int> { Environment.ProcessId } }, s_none, Token)
                .Select(row => row.Inode),
        ];

        Assert.Superset(live.Inodes, inodes);
        Assert.Empty(
            NetConnectionReader.Read(new NetConnectionQuery { OwningProcessIds = new HashSet<int> { int.MaxValue } }, s_none, Token)
        );
    }

    [Fact]
    public void Other_namespaces_are_read_where_asked_for()
    {
        using var space = new TemporaryNamespace();
        space.StartMember();
        using Socket udp = ProcNet.Linux.Namespaces.NetworkNamespaceThread.Run(
            space.Path,
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp).BoundTo(IPAddress.Loopback)
        );
        var inodes = new HashSet<long> { udp.Inode() };
        long inside = long.Parse(Command.Run("stat", "-Lc", "%i", space.Path), System.Globalization.CultureInfo.InvariantCulture);

        Assert.Empty(NetConnectionReader.Read(new NetConnectionQuery { Inodes = inodes }, s_none, Token));
        NetConnection all = Assert.Single(
            NetConnectionReader.Read(
                new NetConnectionQuery
                {
                    Inodes = inodes,
                    AllNetworkNamespaces = true,
                    IncludeProcess = true,
                },
                s_unreadable,
                Token
            )
        );
        NetConnection one = Assert.Single(
            NetConnectionReader.Read(new NetConnectionQuery { NetworkNamespaces = [NetworkNamespaceName.Find(space.Path)] }, s_none, Token)
        );

        Assert.Equal((inside, Environment.ProcessId), (all.NetworkNamespace, all.OwningProcess));
        Assert.Equal((inside, udp.Inode()), (one.NetworkNamespace, one.Inode));
        ProcNetException error = Assert.Throws<ProcNetException>(() =>
            NetConnectionReader
                .Read(
                    new NetConnectionQuery
                    {
                        NetworkNamespaces = [new ProcNet.Linux.Namespaces.NamespaceReference(1, "/run/netns/gone", null)],
                    },
                    s_none,
                    Token
                )
                .Count()
        );
        Assert.Equal(ProcNetError.NetworkNamespaceUnavailable, error.Error);
    }

    [Fact]
    public void Rows_come_without_reading_the_rest()
    {
        using var live = new LiveSockets();

        NetConnection first = NetConnectionReader.Read(new NetConnectionQuery(), s_none, Token).First();

        Assert.Equal(TransportProtocol.Tcp, first.Protocol);
    }

    [Fact]
    public void Cancellation_ends_it()
    {
        using var live = new LiveSockets();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            NetConnectionReader.Read(new NetConnectionQuery(), s_none, cancelled.Token).Count()
        );
    }

    [Theory]
    [InlineData("", ProcNetError.FileEmpty, "is empty")]
    [InlineData("hello\nworld\n", ProcNetError.NotASocketTable, "Line 1 of ")]
    [InlineData("\u007fELF\u0002\u0001\0\0", ProcNetError.NotASocketTable, "Line 1 of ")]
    public void A_file_that_is_no_table_is_one_clear_error(string content, ProcNetError expected, string message)
    {
        string path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllText(path, content);

            ProcNetException error = Assert.Throws<ProcNetException>(() => File(path));

            Assert.Equal(expected, error.Error);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_clear_error() =>
        Assert.Equal(ProcNetError.FileNotFound, Assert.Throws<ProcNetException>(() => File("/no/such/tcp")).Error);

    [Fact]
    public void A_folder_is_one_clear_error() =>
        Assert.Equal(ProcNetError.FileAccessDenied, Assert.Throws<ProcNetException>(() => File("/proc/self")).Error);

    [Fact]
    public void A_table_larger_than_the_buffer_is_read_whole()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}-udp6");
        try
        {
            System.IO.File.WriteAllLines(
                path,
                Enumerable
                    .Range(1, 5000)
                    .Select(inode =>
                        $"{inode}: 00000000000000000000000001000000:{inode:X4} 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 {inode}"
                    )
            );

            List<NetConnection> rows = File(path);

            Assert.Equal(Enumerable.Range(1, 5000).Select(inode => (long)inode), rows.Select(row => row.Inode));
            Assert.All(
                rows,
                row =>
                    Assert.Equal(
                        (TransportProtocol.Udp, IPAddress.IPv6Loopback, (int)row.Inode),
                        (row.Protocol, row.LocalAddress, row.LocalPort)
                    )
            );
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void Several_tables_in_one_file_are_read_each_under_its_heading()
    {
        List<NetConnection> rows = FileOf(
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 101 1 0000000000000000 100 0 0 10 0
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 102 1 0000000000000000 100 0 0 10 0
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
              123: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 103 2 0000000000000000 0
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 104 1 0000000000000000 100 0 0 10 0
            """,
            "table"
        );

        Assert.Equal(
            [
                (TransportProtocol.Tcp, IPAddress.Loopback, 8080, 101L),
                (TransportProtocol.Tcp, IPAddress.IPv6Loopback, 8080, 102L),
                (TransportProtocol.Udp, IPAddress.Loopback, 53, 103L),
                (TransportProtocol.Tcp, IPAddress.Loopback, 22, 104L),
            ],
            rows.Select(row => (row.Protocol, row.LocalAddress, row.LocalPort, row.Inode))
        );
    }

    [Theory]
    [InlineData("udp", "inode", TransportProtocol.Udp)] // the columns after the inode were cut off
    [InlineData("raw", "inode ref pointer drops", TransportProtocol.Raw)]
    public void One_table_is_what_its_name_says(string name, string headingsEnd, TransportProtocol expected) =>
        Assert.Equal(
            expected,
            Assert
                .Single(
                    FileOf(
                        $"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout {headingsEnd}\n"
                            + " 1: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 103\n",
                        name
                    )
                )
                .Protocol
        );

    [Fact]
    public void The_path_that_a_row_comes_from_is_sanitized()
    {
        NetConnection row = Assert.Single(
            FileOf(" 1: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 103\n", "\u001b[2J")
        );

        Assert.EndsWith("-?[2J", row.Source, StringComparison.Ordinal);
    }

    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private const string Ssh =
        "   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21981 1 0000000000000000 100 0 0 10 0\n";

    [Theory]
    [InlineData("$ cat /proc/net/tcp\n" + Header + Ssh, "no rows of a socket table are passed over: 1.")]
    [InlineData(Header + "…\n" + Ssh + "$ \n", "passed over: 2, 4.")]
    [InlineData(
        Header + "   1: 0100007F:0017 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4294967296 1 0\n" + Ssh,
        "passed over: 2."
    )]
    [InlineData(
        Header + Ssh + "   1: 0100007F:0017 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 219",
        "middle of line 3"
    )]
    [InlineData(Header + Ssh + "   1: 0100007F:0277 000", "middle of line 3")]
    [InlineData("\uFEFF" + Header + Ssh, null)]
    [InlineData(Header + "\n\n" + Ssh, null)]
    public void A_strange_line_is_warned_of_and_the_rest_is_read(string content, string? warning)
    {
        List<Notice> notices = [];

        NetConnection row = Assert.Single(FileOf(content, "tcp", notices.Add));

        Assert.Equal((IPAddress.Loopback, 22, 21981L), (row.LocalAddress, row.LocalPort, row.Inode));
        Assert.Equal(warning is null ? 0 : 1, notices.Count);
        Assert.All(notices, notice => Assert.Contains(warning!, notice.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Tabs_are_blanks_and_a_negative_user_is_one_of_the_highest()
    {
        NetConnection row = Assert.Single(
            FileOf(
                "sl\tlocal_address\trem_address\n0:\t0100007F:0016\t00000000:0000\t0A\t00000000:00000000\t00:00000000\t00000000\t-2\t0\t21981\t1\n",
                "tcp"
            )
        );

        Assert.Equal((22, 4294967294L, 21981L), (row.LocalPort, row.UserId, row.Inode));
    }

    [Fact]
    public void The_only_row_is_cut_and_left_out()
    {
        List<Notice> notices = [];

        Assert.Empty(FileOf(Header + Ssh[..^35], "tcp", notices.Add));

        Assert.Equal(NoticeKind.SavefileTruncated, Assert.Single(notices).Kind);
    }

    [Theory]
    [InlineData(false, "1.0.0.127", "1.2.0.192", "::1.0.0.0")]
    [InlineData(true, "127.0.0.1", "192.0.2.1", "::1")]
    public void A_table_of_a_big_endian_machine_is_read_when_it_is_said_and_warned_of_when_not(
        bool isBigEndian,
        string first,
        string second,
        string third
    )
    {
        List<Notice> notices = [];
        const string Rest = " 00000000:00000000 00:00000000 00000000     0        0 1001 1 0\n";

        List<NetConnection> rows = FileOf(
            Header
                + "   0: 7F000001:0016 00000000:0000 0A"
                + Rest
                + "   1: C0000201:01BB C6336402:9C40 01"
                + Rest
                + "   2: 00000000000000000000000000000001:0016 00000000000000000000000000000000:0000 0A"
                + Rest,
            "tcp",
            notices.Add,
            isBigEndian
        );

        Assert.Equal([first, second, third], rows.Select(row => row.LocalAddress.ToString()));
        Assert.Equal([22, 443, 22], rows.Select(row => row.LocalPort));
        Assert.Equal(
            isBigEndian ? 0 : 1,
            notices.Count(notice => notice.Message.Contains("-ByteOrder BigEndian", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_table_read_in_the_wrong_order_on_purpose_is_warned_of()
    {
        List<Notice> notices = [];

        _ = FileOf(Header + Ssh, "tcp", notices.Add, isBigEndian: true);

        Assert.Contains("without -ByteOrder BigEndian", Assert.Single(notices).Message, StringComparison.Ordinal);
    }

    private static List<NetConnection> FileOf(string content, string name, Action<Notice>? notify = null, bool isBigEndian = false)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}-{name}");
        try
        {
            System.IO.File.WriteAllText(path, content);
            return [.. NetConnectionReader.ReadFile(path, new NetConnectionQuery(), null, isBigEndian, notify, Token)];
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static List<NetConnection> File(string path, NetConnectionQuery? query = null) =>
        [.. NetConnectionReader.ReadFile(path, query ?? new NetConnectionQuery(), cancellation: Token)];
}
