using System.Net;
using System.Net.Sockets;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;
using ProcNet.Tests.Linux;
using ProcNet.Tests.Processes;

namespace ProcNet.Tests.Sockets;

public sealed class SocketTableReaderTests
{
    private static readonly Action<Notice> s_none = notice => Assert.Fail(notice.Message);

    [Fact]
    public void Both_places_tell_the_same_of_real_sockets()
    {
        using var live = new LiveSockets();
        using var diag = new SocketTableReader(s_none);
        using var files = new SocketTableReader(s_none, root: "/proc/self");
        HashSet<long> inodes = live.Inodes;

        Dictionary<uint, SocketRow> fromDiag = Rows(diag, inodes);
        Dictionary<uint, SocketRow> fromFiles = Rows(files, inodes);

        Assert.Equal(inodes, fromDiag.Keys.Select(inode => (long)inode).ToHashSet());
        Assert.Equal(fromDiag.Keys.Order(), fromFiles.Keys.Order());
        foreach ((uint inode, SocketRow row) in fromDiag)
        {
            Assert.NotEqual(0UL, row.Cookie);
            SocketRow known = row;
            known.Cookie = 0; // the files do not tell these three
            known.IPv6Only = false;
            known.SendQueue = row.State == ConnectionState.Listen ? 0 : row.SendQueue;
            Assert.Equal(fromFiles[inode], known);
        }
    }

    [Fact]
    public void A_raw_socket_shows_its_protocol_number()
    {
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        using var tables = new SocketTableReader(s_none);
        var rows = new List<SocketRow>();

        tables.Read([TransportProtocol.Raw], (in SocketRow row) => Add(rows, row));

        SocketRow own = Assert.Single(rows, row => row.Inode == raw.Inode());
        Assert.Equal((TransportProtocol.Raw, (ushort)1), (own.Protocol, own.LocalPort));
    }

    [Fact]
    public void A_processes_namespace_is_read_with_its_ping_sockets()
    {
        using var space = new TemporaryNamespace();
        int member = space.StartMember();
        using Socket ping = NetworkNamespaceThread.Run(
            space.Path,
            () =>
            {
                File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Icmp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 77));
                return socket;
            }
        );
        using Socket udp = NetworkNamespaceThread.Run(
            space.Path,
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp).BoundTo(IPAddress.Loopback)
        );
        using var tables = new SocketTableReader(s_none, member);
        var rows = new List<SocketRow>();

        tables.Read(SocketTableReader.Protocols, (in SocketRow row) => Add(rows, row));

        Assert.Equal(
            [(TransportProtocol.Icmp, (ushort)77, ping.Inode()), (TransportProtocol.Udp, udp.LocalPort(), udp.Inode())],
            rows.Select(row => (row.Protocol, row.LocalPort, row.Inode)).Order()
        );
    }

    [Fact]
    public void Who_may_not_enter_a_namespace_reads_its_files_and_is_told_once()
    {
        using var space = new TemporaryNamespace();
        int member = space.StartMember();
        var notices = new List<Notice>();
        using Socket udp = NetworkNamespaceThread.Run(
            space.Path,
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp).BoundTo(IPAddress.Loopback)
        );

        uint found = OtherUser.Run(() =>
        {
            using var tables = new SocketTableReader(notices.Add, member);
            uint inode = 0;
            tables.Read([TransportProtocol.Tcp, TransportProtocol.Udp], (in SocketRow row) => (inode = row.Inode) != 0);
            Assert.Equal($"/proc/{member}/net/udp6", tables.Source);
            return inode;
        });

        Assert.Equal(udp.Inode(), found);
        Assert.Equal(NoticeKind.SocketTableFallback, Assert.Single(notices).Kind);
    }

    [Fact]
    public void Without_either_place_it_is_one_clear_error()
    {
        using var tree = new ProcTree();
        ProcNetException error = Assert.Throws<ProcNetException>(() => new SocketTableReader(s_none, 5, tree.Root));

        Assert.Equal(ProcNetError.SocketTableUnavailable, error.Error);
        Assert.Contains("/5/net", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<uint, SocketRow> Rows(SocketTableReader tables, HashSet<long> inodes)
    {
        var rows = new Dictionary<uint, SocketRow>();
        tables.Read(
            [TransportProtocol.Tcp, TransportProtocol.Udp],
            (in SocketRow row) =>
            {
                if (inodes.Contains(row.Inode))
                {
                    rows.Add(row.Inode, row);
                }

                return true;
            }
        );
        return rows;
    }

    private static bool Add(List<SocketRow> rows, SocketRow row)
    {
        rows.Add(row);
        return true;
    }
}
