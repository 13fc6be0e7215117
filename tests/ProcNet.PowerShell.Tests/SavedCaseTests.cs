using System.Net;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests;

/// <summary>
/// A support case: a capture, a saved socket table and a listing of descriptors, from three files and nothing of this
/// machine.
/// </summary>
public sealed class SavedCaseTests : CmdletTest
{
    private static readonly string s_table = Repository.PathOf("tests/ProcNet.Tests/Fixtures/firefox-2143/proc_net_tcp.txt");
    private static readonly string s_descriptors = Repository.PathOf("tests/ProcNet.Tests/Fixtures/firefox-2143/proc_2143_fd.txt");

    [Fact]
    public void The_worked_example_names_firefox_from_three_saved_files()
    {
        using var folder = new SavedFolder();
        string capture = folder.PathOf("night.pcapng");
        int connections = WriteCapture(capture);

        object[] rows =
        [
            .. Engine
                .Run(
                    """
                    $sockets = Get-ProcSocket -Path $args[1]
                    $connections = Get-NetConnectionInode -Path $args[2]
                    Get-ProcessTraffic -Path $args[0] -Socket $sockets -Connection $connections
                    """,
                    capture,
                    s_descriptors,
                    s_table
                )
                .Select(row => row.BaseObject),
        ];

        // 22 of the 27 rows are held by 2143; two of the others listen, and three are connections that nobody of the listing holds.
        ProcessTraffic firefox = rows.Cast<ProcessTraffic>().Single(row => row.ProcessId == 2143);
        Assert.Equal((22, 22L * 100, 22L * 40), (firefox.FlowCount, firefox.SentBytes, firefox.ReceivedBytes));
        Assert.True(firefox.Evidence.HasFlag(OwnerEvidence.ExactTuple));
        Assert.Equal("v0id", firefox.UserName);
        ProcessTraffic other = Assert.Single(rows.Cast<ProcessTraffic>(), row => row.ProcessId is null);
        Assert.Equal((TrafficCategory.NoHolder, connections - 22), (other.Category, other.FlowCount));
    }

    [Fact]
    public void Nothing_is_taken_from_the_present_machine_unless_it_is_said_to_be_the_files_own()
    {
        Machine.WithTraffic(4711, "local", 45000, 10, 20);
        using var folder = new SavedFolder();
        string capture = folder.PathOf("others.pcapng");
        using (SavefileWriter writer = Begin(capture))
        {
            writer.Write(0, Clock.Now, Frame("192.0.2.1", 45000, "198.51.100.7", 443, 100), 114);
        }

        Assert.Equal(TrafficCategory.NotRecorded, Engine.Run("(Get-ProcessTraffic -Path $args[0]).Category", capture).Single().BaseObject);
        Assert.Equal(
            TrafficCategory.NotRecorded,
            Engine.Run("(Get-ProcessTraffic -Path $args[0] -LocalAddress 192.0.2.1).Category", capture).Single().BaseObject
        );
        Assert.Equal(4711, Engine.Run("(Get-ProcessTraffic -Path $args[0] -ThisHost).ProcessId", capture).Single().BaseObject);
    }

    [Theory]
    [InlineData(
        "/proc/2143/fd:\ntotal 0\nlrwx------ 1 v0id v0id 64 Nov 19 11:19 10 -> socket:[27273]\nlrwx------ 1 v0id v0id 64 Nov 19 11:19 11 -> /dev/null",
        2143,
        10,
        27273L
    )]
    [InlineData("lrwx------ 1 v0id v0id 64 Nov 19 11:19 /proc/2143/fd/10 -> socket:[27273]", 2143, 10, 27273L)]
    [InlineData("p2143\ncfirefox\nLv0id\nf3\ntREG\ni5\nf10\ntIPv4\nd27273\nPTCP\nn127.0.0.1:1->127.0.0.1:2", 2143, 10, 27273L)]
    [InlineData("p2143\ncfirefox\nf10\ntIPv4\nd27273", 2143, 10, 27273L)]
    [InlineData(
        "COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\nfirefox 2143 v0id   10u  IPv4  27273      0t0  TCP 127.0.0.1:1->127.0.0.1:2 (ESTABLISHED)",
        2143,
        10,
        27273L
    )]
    [InlineData(
        "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nESTAB 0 0 10.0.0.1:1 10.0.0.2:2 users:((\"firefox\",pid=2143,fd=10)) ino:27273 sk:1",
        2143,
        10,
        27273L
    )]
    public void Listings_of_many_tools_are_read(string text, int processId, int descriptor, long inode)
    {
        using var folder = new SavedFolder();
        File.WriteAllText(folder.PathOf("listing"), text);

        var row = (ProcSocket)Assert.Single(Engine.Run("Get-ProcSocket -Path $args[0]", folder.PathOf("listing"))).BaseObject;

        Assert.Equal((processId, descriptor, inode), (row.ProcessId, row.FileDescriptor, row.Inode));
    }

    [Fact]
    public void A_table_of_ss_gives_connections_with_their_processes()
    {
        using var folder = new SavedFolder();
        File.WriteAllText(
            folder.PathOf("ss.txt"),
            """
            Netid State  Recv-Q Send-Q     Local Address:Port   Peer Address:Port Process
            udp   UNCONN 0      0        127.0.0.53%lo:53            0.0.0.0:*     users:(("systemd-resolve",pid=600,fd=13)) ino:1 sk:1
            tcp   LISTEN 0      511                  *:80                  *:*     users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6)) ino:2 sk:2
            tcp   ESTAB  0      52     [2001:db8::1]:22     [2001:db8::2]:5000  ino:3 sk:3
            """
        );

        Assert.Equal(
            ["Udp 127.0.0.53 53 Closed 600 1", "Tcp :: 80 Listen 9 2", "Tcp 2001:db8::1 22 Established  3"],
            Engine
                .Run(
                    "Get-NetConnectionInode -Path $args[0] | ForEach-Object { \"$($_.Protocol) $($_.LocalAddress) $($_.LocalPort) $($_.State) $($_.OwningProcess) $($_.Inode)\" }",
                    folder.PathOf("ss.txt")
                )
                .Select(row => row.BaseObject)
        );
    }

    [Fact]
    public void A_listing_of_one_process_that_is_not_named_asks_for_its_id()
    {
        using var folder = new SavedFolder();
        File.WriteAllText(folder.PathOf("listing"), "lrwx------ 1 v0id v0id 64 Nov 19 11:19 10 -> socket:[27273]\n");

        Outcome outcome = Engine.Try("Get-ProcSocket -Path $args[0]", folder.PathOf("listing"));
        Assert.StartsWith("NotASocketListing", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(7, Engine.Run("(Get-ProcSocket -Path $args[0] -Id 7).ProcessId", folder.PathOf("listing")).Single().BaseObject);
    }

    /// <summary>A packet of 100 bytes out and one of 40 in for each connection of the table that has a remote endpoint.</summary>
    private static int WriteCapture(string path)
    {
        using SavefileWriter writer = Begin(path);
        long time = 1_700_000_000_000_000;
        int count = 0;
        foreach (string[] words in File.ReadLines(s_table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            (string local, int localPort) = Endpoint(words[1]);
            (string remote, int remotePort) = Endpoint(words[2]);
            if (remotePort == 0)
            {
                continue;
            }

            count++;
            writer.Write(0, time++, Frame(local, localPort, remote, remotePort, 100), 114);
            writer.Write(0, time++, Frame(remote, remotePort, local, localPort, 40), 54);
        }

        return count;
    }

    private static SavefileWriter Begin(string path)
    {
        SavefileWriter writer = SavefileWriter.Create(path, false);
        writer.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = LinkLayer.Ethernet,
            },
            262144
        );
        return writer;
    }

    // As the kernel of a little-endian machine prints it: the bytes of the address backwards.
    private static (string Address, int Port) Endpoint(string text)
    {
        uint address = Convert.ToUInt32(text[..8], 16);
        return (new IPAddress(address).ToString(), Convert.ToInt32(text[9..], 16));
    }

    private static byte[] Frame(string from, int fromPort, string to, int toPort, int length)
    {
        byte[] frame = new byte[14 + length];
        frame[12] = 8;
        frame[14] = 0x45;
        frame[16] = (byte)(length >> 8);
        frame[17] = (byte)length;
        frame[22] = 64;
        frame[23] = 6;
        IPAddress.Parse(from).GetAddressBytes().CopyTo(frame, 26);
        IPAddress.Parse(to).GetAddressBytes().CopyTo(frame, 30);
        (frame[34], frame[35], frame[36], frame[37]) = ((byte)(fromPort >> 8), (byte)fromPort, (byte)(toPort >> 8), (byte)toPort);
        (frame[46], frame[47]) = (0x50, 0x10);
        return frame;
    }

    private sealed class SavedFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procnet-test-");

        public string PathOf(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
