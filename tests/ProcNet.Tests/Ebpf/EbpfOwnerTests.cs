using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ProcNet.EbpfOwners;
using ProcNet.Monitoring;
using ProcNet.Testing;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Ebpf;

/// <summary>Whose bytes they are, of processes and sockets of every kind.</summary>
[Collection("Kernel feed")]
public sealed class EbpfOwnerTests
{
    [Fact]
    public void Processes_that_make_one_connection_and_exit_each_have_their_own()
    {
        const int Count = 300;
        using Socket listener = Listen();
        Dictionary<int, int> truth = [];
        using TrafficMonitor monitor = Start();

        // Each subshell is a process of its own that says its id and is gone.
        using Process storm = Command.Start(
            "bash",
            "-c",
            $"for i in {{1..{Count}}}; do (echo $BASHPID >/dev/tcp/127.0.0.1/{Port(listener)}) & done; wait"
        );
        for (int i = 0; i < Count; i++)
        {
            using Socket accepted = listener.Accept();
            truth.Add(((IPEndPoint)accepted.RemoteEndPoint!).Port, int.Parse(ReadAll(accepted), CultureInfo.InvariantCulture));
        }

        storm.WaitForExit();
        TrafficReport report = monitor.Report();
        TrafficFlow[] clients = [.. report.Flows.Where(flow => flow.RemotePort == Port(listener))];

        Assert.Equal(Count, clients.Length);
        Assert.All(
            clients,
            flow =>
            {
                Assert.Equal(truth[flow.LocalPort], flow.ProcessId);
                Assert.Equal(OwnerEvidence.KernelFeed, flow.Evidence);
                Assert.Equal("bash", flow.ProcessName);
                Assert.Equal("root", flow.UserName);
            }
        );
        Assert.All(
            report.Flows.Where(flow => flow.LocalPort == Port(listener)),
            flow => Assert.Equal(Environment.ProcessId, flow.ProcessId)
        );
        ProcessTraffic gone = report.Processes.First(row => row.ProcessId == clients[0].ProcessId);
        Assert.EndsWith("/bash", gone.Path, StringComparison.Ordinal);
        Assert.True(gone.HasExited);
        Assert.True(report.Statistics.IsBalanced);
    }

    [Fact]
    public void Connections_belong_to_the_worker_that_served_them_not_to_the_maker_of_the_listener()
    {
        using var server = new PerlProgram(PerlProgram.Workers);
        int port = server.ReadNumber();
        using TrafficMonitor monitor = Start();
        Dictionary<int, int> truth = [];
        for (int i = 0; i < 200; i++)
        {
            using Socket client = Connect(port);
            client.Send("hello"u8);
            truth.Add(((IPEndPoint)client.LocalEndPoint!).Port, int.Parse(ReadAll(client), CultureInfo.InvariantCulture));
        }

        TrafficFlow[] served = [.. monitor.Report().Flows.Where(flow => flow.LocalPort == port)];

        Assert.Equal(200, served.Length);
        Assert.All(served, flow => Assert.Equal(truth[flow.RemotePort], flow.ProcessId));
        Assert.DoesNotContain(server.Id, truth.Values);
    }

    [Fact]
    public void Where_no_use_is_seen_an_accepted_connection_is_its_holders()
    {
        using var server = new PerlProgram(PerlProgram.Keepers);
        int port = server.ReadNumber();
        using TrafficMonitor monitor = Start(seesUse: false);
        Dictionary<int, int> truth = [];
        List<Socket> clients = [];
        byte[] answer = new byte[20];
        for (int i = 0; i < 20; i++)
        {
            Socket client = Connect(port);
            clients.Add(client);
            client.Send("hello"u8);
            int length = client.Receive(answer);
            truth.Add(((IPEndPoint)client.LocalEndPoint!).Port, int.Parse(answer.AsSpan(0, length), CultureInfo.InvariantCulture));
        }

        TrafficFlow[] flows = [.. monitor.Report().Flows.Where(flow => flow.LocalPort == port || flow.RemotePort == port)];
        clients.ForEach(client => client.Dispose());

        Assert.Equal(40, flows.Length);
        Assert.All(
            flows.Where(flow => flow.LocalPort == port),
            flow => Assert.Equal((truth[flow.RemotePort], OwnerEvidence.ExactTuple), (flow.ProcessId, flow.Evidence))
        );
        Assert.All(
            flows.Where(flow => flow.RemotePort == port),
            flow => Assert.Equal((Environment.ProcessId, OwnerEvidence.KernelFeed), (flow.ProcessId, flow.Evidence))
        );
    }

    [Fact]
    public void Where_no_use_is_seen_an_accepted_connection_that_has_closed_is_the_listeners()
    {
        using Socket listener = Listen();
        using TrafficMonitor monitor = Start(seesUse: false);
        using (Socket client = Connect(Port(listener)))
        using (Socket accepted = listener.Accept())
        {
            client.Send(new byte[100]);
            accepted.Receive(new byte[100]);
            client.Shutdown(SocketShutdown.Both);
            accepted.Receive(new byte[1]);
        }

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.LocalPort == Port(listener));

        // On a busy machine a look at descriptors may come between accept and close, and find the holder itself.
        Assert.Equal(Environment.ProcessId, flow.ProcessId);
        Assert.Contains(flow.Evidence, (OwnerEvidence[])[OwnerEvidence.ListeningSocket, OwnerEvidence.ExactTuple]);
        Assert.True(flow.ReceivedBytes > 100 + 3 * 52);
    }

    [Fact]
    public void What_a_parent_connected_and_a_child_used_is_the_childs()
    {
        using Socket listener = Listen();
        using TrafficMonitor monitor = Start();
        using var heir = new PerlProgram(PerlProgram.Heir, Port(listener).ToString(CultureInfo.InvariantCulture));
        using Socket accepted = listener.Accept();
        int parent = heir.ReadNumber();
        int child = heir.ReadNumber();
        byte[] buffer = new byte[2000];
        for (int read = 0; read < 1000; )
        {
            read += accepted.Receive(buffer);
        }

        accepted.Send("done"u8);
        Assert.Equal(0, heir.ReadNumber());

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.RemotePort == Port(listener));
        Assert.Equal((child, heir.Id), (flow.ProcessId, parent));
        Assert.True(flow.SentBytes > 1000);
    }

    [Fact]
    public void A_connection_older_than_the_feed_is_its_holders()
    {
        using Socket listener = Listen();
        using Process client = Process.Start(
            new ProcessStartInfo("bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{Port(listener)}; read end"]) { RedirectStandardInput = true }
        )!;
        using Socket accepted = listener.Accept();
        using TrafficMonitor monitor = Start();

        accepted.Send(new byte[100]); // which the client never reads

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.RemotePort == Port(listener));
        Assert.Equal((client.Id, OwnerEvidence.ExactTuple, 152), (flow.ProcessId, flow.Evidence, flow.ReceivedBytes));
        Assert.Equal(new FileInfo($"/proc/{client.Id}/fd/3").LinkTarget, $"socket:[{flow.Inode}]");
        client.StandardInput.Close();
        client.WaitForExit();
    }

    [Fact]
    public void An_unconnected_UDP_socket_has_a_row_for_each_remote_end()
    {
        using TrafficMonitor monitor = Start();
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        using var first = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var second = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        sender.Send(new byte[100], (IPEndPoint)first.Client.LocalEndPoint!);
        sender.Send(new byte[200], (IPEndPoint)second.Client.LocalEndPoint!);
        sender.Send(new byte[200], (IPEndPoint)second.Client.LocalEndPoint!);

        int port = Port(sender.Client);
        (int, long, long)[] rows =
        [
            .. monitor
                .Report()
                .Flows.Where(flow => flow.LocalPort == port)
                .Select(flow => (flow.RemotePort, flow.SentBytes, flow.SentPackets))
                .Order(),
        ];

        Assert.Equal(((int, long, long)[])[.. new[] { (Port(first.Client), 128L, 1L), (Port(second.Client), 456L, 2L) }.Order()], rows);
    }

    [Fact]
    public void An_IPv4_packet_of_an_IPv6_socket_has_IPv4_addresses()
    {
        using TrafficMonitor monitor = Start();
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        sender.SendTo("four"u8.ToArray(), new IPEndPoint(IPAddress.Loopback.MapToIPv6(), Port(receiver.Client)));

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.RemotePort == Port(receiver.Client));

        Assert.Equal((IPAddress.Loopback, IPAddress.Loopback, 32L), (flow.LocalAddress, flow.RemoteAddress, flow.SentBytes));
        Assert.Equal(Environment.ProcessId, flow.ProcessId);
    }

    [Fact]
    public void Other_network_namespaces_are_seen()
    {
        using var place = new TemporaryNamespace();
        using TrafficMonitor monitor = Start();

        Command.Run("ip", "netns", "exec", Path.GetFileName(place.Path), "bash", "-c", "echo -n four >/dev/udp/127.0.0.1/9");

        long inode = long.Parse(Command.Run("stat", "-Lc", "%i", place.Path), CultureInfo.InvariantCulture);
        TrafficFlow flow = Assert.Single(
            monitor.Report().Flows,
            row => row.NetworkNamespace == inode && row.RemotePort == 9 && row.Category == TrafficCategory.Process
        );
        Assert.Equal(
            (32L, "bash", OwnerEvidence.KernelFeed | OwnerEvidence.OtherNamespace),
            (flow.SentBytes, flow.ProcessName, flow.Evidence)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_process_is_called_by_the_program_that_it_ran_last(int secondsBetween)
    {
        using TrafficMonitor monitor = Start();

        // Two seconds between: the name that it had first has been read from the kernel by then.
        Command.Run(
            "perl",
            "-e",
            "use IO::Socket::INET; IO::Socket::INET->new(PeerAddr => '127.0.0.1:9', Proto => 'udp')->send('four');"
                + $" sleep {secondsBetween}; exec 'bash', '-c', 'echo -n fives >/dev/udp/127.0.0.1/9'"
        );

        TrafficReport report = monitor.Report();
        ProcessTraffic row = Assert.Single(report.Processes, row => row.ProcessName is "perl" or "bash" && row.SentPackets == 2);
        Assert.Equal((65L, "bash"), (row.SentBytes, row.ProcessName));
        Assert.EndsWith("/bash", row.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_has_gone_is_not_called_by_the_thread_that_spoke()
    {
        using TrafficMonitor monitor = Start();

        // prctl(PR_SET_NAME), by number as Perl has no name for it.
        Command.Run(
            "perl",
            "-e",
            "use threads; use POSIX (); use IO::Socket::INET; threads->create(sub { my $name = 'resolver'; syscall((POSIX::uname())[4] eq 'x86_64' ? 157 : 167, 15, $name) == 0 or die $!;"
                + " IO::Socket::INET->new(PeerAddr => '127.0.0.1:9', Proto => 'udp')->send('x' x 77) })->join"
        );

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, flow => flow.SentBytes == 28 + 77);
        Assert.Equal("perl", flow.ProcessName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_name_made_for_the_terminal_is_sanitized_whether_the_process_has_gone_or_not(bool stays)
    {
        using TrafficMonitor monitor = Start();
        using Process program = Process.Start(
            new ProcessStartInfo(
                "perl",
                [
                    "-e",
                    "use IO::Socket::INET; $0 = qq(\\e]0;x\\a\\n\\xC2\\x9Bend);"
                        + $" IO::Socket::INET->new(PeerAddr => '127.0.0.1:9', Proto => 'udp')->send('x' x 79); {(stays ? "close STDOUT; <STDIN>" : "")}",
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        program.StandardOutput.ReadToEnd();

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, flow => flow.SentBytes == 28 + 79);
        program.StandardInput.Close();
        program.WaitForExit();
        Assert.Equal((program.Id, "?]0;x???end"), (flow.ProcessId, flow.ProcessName));
    }

    [Fact]
    public void Resets_are_the_kernels()
    {
        int closed;
        using (Socket listener = Listen())
        {
            closed = Port(listener);
        }

        using TrafficMonitor monitor = Start();
        Assert.Throws<SocketException>(() => Connect(closed));

        TrafficReport report = monitor.Report();
        Assert.Equal(TrafficCategory.Kernel, Assert.Single(report.Flows, flow => flow.LocalPort == closed).Category);
        Assert.Equal(Environment.ProcessId, Assert.Single(report.Flows, flow => flow.RemotePort == closed).ProcessId);
    }

    [Fact]
    public void What_the_interfaces_queue_drops_was_not_sent()
    {
        using var place = new TemporaryNamespace();
        string name = Path.GetFileName(place.Path);
        Command.Run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        Command.Run("ip", "-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        Command.Run("ip", "-n", name, "link", "set", "v0", "up");
        Command.Run("ip", "-n", name, "link", "set", "v1", "up");
        Command.Run("ip", "-n", name, "address", "add", "10.91.0.1/24", "dev", "v0");
        Command.Run("ip", "-n", name, "neigh", "add", "10.91.0.2", "lladdr", "02:00:00:00:00:02", "dev", "v0");
        Command.Run("tc", "-n", name, "qdisc", "add", "dev", "v0", "root", "tbf", "rate", "1mbit", "burst", "4kb", "limit", "8kb");
        using TrafficMonitor monitor = Start();
        HashSet<uint> programs = LoadedPrograms.HeldBy(Environment.ProcessId);
        Assert.SkipUnless(
            LoadedPrograms.List().Any(program => programs.Contains(program.Key) && program.Value == "dropped"),
            "Before Linux 5.17 the kernel does not tell why it drops."
        );
        using var sender = new PerlProgram(
            ["ip", "netns", "exec", name],
            """
            use Socket; $| = 1; socket(my $s, PF_INET, SOCK_DGRAM, 0); my $to = sockaddr_in(9, inet_aton('10.91.0.2'));
            for (1..300) { send($s, 'x' x 972, 0, $to) } sleep 1; print "$$\n"; <STDIN>;
            """
        );
        int id = sender.ReadNumber();

        // An Ethernet header for each packet is the queue's own count.
        long left = long.Parse(
            Command.Run("tc", "-s", "-n", name, "qdisc", "show", "dev", "v0").Split("Sent ")[1].Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture
        );
        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.ProcessId == id);
        Assert.InRange(flow.SentPackets, 8, 100);
        Assert.Equal((left - (flow.SentPackets * 14), flow.SentPackets * 1000), (flow.SentBytes, flow.SentBytes));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 10)]
    public void What_waits_for_a_neighbour_was_sent_once_it_is_found(bool isFound, long sent)
    {
        using var place = new TemporaryNamespace();
        string name = Path.GetFileName(place.Path);
        Command.Run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        Command.Run("ip", "-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        Command.Run("ip", "-n", name, "link", "set", "v0", "up");
        Command.Run("ip", "-n", name, "link", "set", "v1", "up");
        Command.Run("ip", "-n", name, "address", "add", "10.91.0.1/24", "dev", "v0");
        using TrafficMonitor monitor = Start();
        HashSet<uint> programs = LoadedPrograms.HeldBy(Environment.ProcessId);
        Assert.SkipUnless(
            LoadedPrograms.List().Any(program => programs.Contains(program.Key) && program.Value == "dropped"),
            "Before Linux 5.17 the kernel does not tell why it drops."
        );
        using var sender = new PerlProgram(
            ["ip", "netns", "exec", name],
            """
            use Socket; $| = 1; socket(my $s, PF_INET, SOCK_DGRAM, 0); my $to = sockaddr_in(9, inet_aton('10.91.0.2'));
            for (1..10) { send($s, 'x' x 972, 0, $to) } print "$$\n"; <STDIN>;
            """
        );
        int id = sender.ReadNumber();
        if (isFound)
        {
            Command.Run("ip", "-n", name, "neigh", "replace", "10.91.0.2", "lladdr", "02:00:00:00:00:02", "dev", "v0");
        }

        TrafficReport report = monitor.Report();

        Assert.Equal(
            (sent, sent * 1000),
            (
                report.Flows.Where(row => row.ProcessId == id).Sum(row => row.SentPackets),
                report.Flows.Where(row => row.ProcessId == id).Sum(row => row.SentBytes)
            )
        );
        Assert.True(report.Statistics.IsBalanced);
    }

    [Fact]
    public void Frames_that_a_packet_socket_injects_are_their_senders()
    {
        using var place = new TemporaryNamespace();
        using TrafficMonitor monitor = Start();
        using var injector = new PerlProgram(["ip", "netns", "exec", Path.GetFileName(place.Path)], PerlProgram.Injector);
        int sender = injector.ReadNumber();

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.ProcessId == sender);

        // Without the Ethernet header, as everything that is not IP is counted.
        Assert.Equal((TransportProtocol.None, 1000L, 10L), (flow.Protocol, flow.SentBytes, flow.SentPackets));
    }

    [Fact]
    public void A_file_that_is_sent_without_being_read_is_its_senders()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[50_000]);
        using Socket listener = Listen();
        using TrafficMonitor monitor = Start();
        using Socket client = Connect(Port(listener));
        using Socket accepted = listener.Accept();

        accepted.SendFile(path);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal(50_000, ReadAll(client).Length);

        TrafficFlow flow = Assert.Single(monitor.Report().Flows, row => row.LocalPort == Port(listener));
        Assert.Equal((Environment.ProcessId, OwnerEvidence.KernelFeed), (flow.ProcessId, flow.Evidence));
        Assert.InRange(flow.SentBytes, 50_000 + 52, 50_000 + 52 * 20);
        File.Delete(path);
    }

    private static TrafficMonitor Start(bool seesUse = true) =>
        TrafficMonitor.StartKernel(
            null,
            HostAccess.Local with
            {
                OpenKernelFeed = () => EbpfMeasurement.Open(seesUse),
            },
            notice => Assert.Fail(notice.Message)
        );

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        return listener;
    }

    private static Socket Connect(int port)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, port);
        return client;
    }

    private static string ReadAll(Socket socket)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[65536];
        for (int read; (read = socket.Receive(buffer)) > 0; )
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
