using System.IO.Compression;
using System.Text;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Conntrack;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Linux;
using ProcNet.Names;
using ProcNet.Packets;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Sources.Savefiles;
using ProcNet.Tests.Names;
using ProcNet.Tests.Sources.Savefiles;

namespace ProcNet.Tests.Fuzz;

/// <summary>The parsers of bytes that come from outside: the wire, files, processes, the kernel.</summary>
internal static class FuzzTargets
{
    private static readonly LinkLayer[] s_linkLayers = Enum.GetValues<LinkLayer>();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("frame", Frames(), Frame),
        new("savefile", Savefiles(), Savefile),
        new("names", NameSeeds(), TrafficName),
        new("table", Texts(Table4, Table6), SavedTable),
        new("listing", Texts(Listing, Lsof, Ss), SavedListing),
        new("process", Texts(Stat, Status, Cgroup, "/usr/lib/firefox/firefox\0-contentproc\0-childID\u00001\0", MountInfo), ProcessText),
        new("netlink", Messages(), Netlink),
    ];

    private const string Table4 =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 27273 1 0000000000000000 100 0 0 10 0\n"
        + "   1: 0100007F:1F90 0100007F:C350 01 00000010:00000000 02:000AFC80 00000000  1000        0 3726782 2 0000000000000000 20 4 30 10 -1\n";

    private const string Table6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
        + "   12: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 18734 2 0000000000000000 0\n";

    private const string Listing =
        "/proc/2143/fd:\ntotal 0\nlrwx------ 1 u u 64 Sep 10 10:00 10 -> 'socket:[27273]'\nlrwx------ 1 u u 64 Sep 10 10:00 11 -> socket:[3726782]\n";

    private const string Lsof =
        "COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\nfirefox 2143 kim  101u  IPv4 3726782      0t0  TCP 10.0.0.1:50000->192.0.2.1:443 (ESTABLISHED)\n";

    private const string Ss =
        "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp ESTAB 0 0 10.0.0.1:50000 192.0.2.1:443 users:((\"firefox\",pid=2143,fd=101)) ino:3726782 sk:1\n"
        + "udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:* users:((\"a b\",pid=1,fd=3),(\"c\",pid=2,fd=4))\n";

    private const string Stat =
        "2143 (Web Content) S 1 2143 2143 0 -1 4194560 1000 0 0 0 10 5 0 0 20 0 30 0 123456 1000000 2000 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";

    private const string Status =
        "Name:\tfirefox\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n";

    private const string Cgroup =
        "0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\n"
        + "1:name=systemd:/kubepods.slice/kubepods-burstable.slice/kubepods-pod01234567_89ab.slice/cri-containerd-0123456789abcdef.scope\n";

    private const string MountInfo = "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static byte[] IPv4(byte protocol, byte[] payload) =>
        [0x45, 0, .. Big((ushort)(20 + payload.Length)), 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7, .. payload];

    private static byte[] IPv6(byte next, byte[] payload) =>
        [0x60, 0, 0, 0, .. Big((ushort)payload.Length), next, 64, 0x20, 1, .. new byte[13], 1, 0x20, 1, .. new byte[13], 2, .. payload];

    private static byte[] Udp(byte[] payload) => [0x9C, 0x40, 0, 53, .. Big((ushort)(8 + payload.Length)), 0, 0, .. payload];

    private static byte[] Big(ushort number) => [(byte)(number >> 8), (byte)number];

    /// <summary>Two bytes of link layer and length before the frame.</summary>
    private static byte[][] Frames()
    {
        byte[] udp = Udp(new byte[12]);
        byte[][] packets =
        [
            IPv4(17, udp),
            IPv4(6, [0x9C, 0x40, 1, 0xBB, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]),
            IPv4(1, [8, 0, 0, 0, 0, 7, 0, 1]),
            IPv6(17, udp),
            IPv6(0, [44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 9, .. udp]),
            IPv6(43, [51, 0, 0, 0, 0, 0, 0, 0, 17, 4, 0, 0, .. new byte[20], .. udp]),
        ];
        byte[] addresses = new byte[12];
        List<byte[]> seeds = [];
        for (byte layer = 0; layer < s_linkLayers.Length; layer++)
        {
            seeds.Add([layer, 0, .. packets[layer % packets.Length]]);
            seeds.Add([layer, 0, .. addresses, 8, 0, .. packets[0]]);
        }

        byte ethernet = (byte)Array.IndexOf(s_linkLayers, LinkLayer.Ethernet);
        seeds.Add([ethernet, 0, .. addresses, 0x81, 0, 0, 5, 0x88, 0xA8, 0, 6, 0x86, 0xDD, .. packets[4]]);
        seeds.Add([ethernet, 0, .. addresses, 0x88, 0x47, 0, 1, 0x01, 64, .. packets[0]]);
        seeds.Add([ethernet, 0, .. addresses, 0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21, .. packets[0]]);
        seeds.Add([ethernet, 0, .. addresses, 0, 60, 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. packets[0]]);
        return [.. seeds];
    }

    private static long Frame(byte[] input)
    {
        if (input.Length < 2)
        {
            return 0;
        }

        LinkLayer layer = s_linkLayers[input[0] % s_linkLayers.Length];
        ReadOnlySpan<byte> frame = input.AsSpan(2);
        var shown = new TrafficInterface
        {
            Slot = 0,
            Name = "x",
            LinkLayer = layer,
            HardwareAddress = 0,
            OpensPppoe = true,
        };
        int wireLength = frame.Length + (input[1] * 7);
        FrameDecoder.Decode(frame, wireLength, shown, out DecodedFrame decoded);
        if (decoded.Bytes < 0 || decoded.Bytes > Math.Max(wireLength, 0))
        {
            throw new InvalidDataException($"{decoded.Bytes} of {wireLength} bytes.");
        }

        var meter = new PacketMeter(64);
        meter.AddInterface(shown);
        meter.Count(0, 1_700_000_000_000_000, frame, wireLength);
        FlowSnapshot snapshot = meter.Snapshot(0, 1, 0, 0);
        if (snapshot.Flows.ToArray().Sum(static flow => flow.TotalBytes) != snapshot.Bytes)
        {
            throw new InvalidDataException("Bytes are lost.");
        }

        return HashCode.Combine(layer, decoded.Key.Kind, decoded.Key.Protocol, decoded.Part, decoded.TcpFlags, decoded.Key.Low.IsIPv4);
    }

    private static byte[][] Savefiles()
    {
        byte[] plain = Content(new PcapNgFile().Section().Packet(0).Packet(10).PacketOf(20, 53, 40000));
        byte[] owned = Content(
            new PcapNgFile()
                .Section()
                .Process(1, PcapNgFile.Words(2, "curl"), PcapNgFile.Number(4, 4242))
                .Darwin(7, "mDNSResponder")
                .Packet(0, PcapNgFile.Comment("pid=4242 process=curl user=kim"), PcapNgFile.Number(2, 1))
                .Packet(5, PcapNgFile.Comment("flow=3 category=NoSocket"))
        );
        byte[] classic = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, .. new byte[8], 0, 0, 4, 0, 101, 0, 0, 0];
        byte[] packet = IPv4(17, Udp(new byte[4]));
        foreach (int second in (int[])[1, 2])
        {
            classic =
            [
                .. classic,
                (byte)second,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                (byte)packet.Length,
                0,
                0,
                0,
                (byte)packet.Length,
                0,
                0,
                0,
                .. packet,
            ];
        }

        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(owned);
        }

        return [plain, owned, Content(new PcapNgFile().Section(isBig: true).Packet(0)), classic, zipped.ToArray()];
    }

    private static byte[] Content(PcapNgFile file)
    {
        string path = file.Write();
        byte[] content = File.ReadAllBytes(path);
        File.Delete(path);
        return content;
    }

    private static long Savefile(byte[] input)
    {
        using TemporaryFile file = new(input);
        List<Notice> notices = [];
        try
        {
            using var source = new SavefileSource(file.Path, null, static () => throw NoLibrary(), capacity: 1024);
            source.Start(null, notices.Add);
            source.Completion.Wait();
            FlowSnapshot snapshot = source.Snapshot();
            List<AttributedFlow> rows = new SavefileAttributor(source.Owners, new HashSet<AddressValue>()).Attribute(
                snapshot,
                static (rest, token) => Attributor.Attribute(rest, new SocketRegister(), new NetworkView(1), null, token)
            );
            var summary = new TrafficSummary(snapshot, rows, TrafficSourceKind.Savefile);
            TrafficStatistics totals = summary.Summarize();
            if (!totals.IsBalanced)
            {
                throw new InvalidDataException($"Accounted {totals.AccountedBytes} of {totals.Bytes}.");
            }

            List<ProcessTraffic> processes = summary.SumProcesses(static _ => null);
            summary.ListFlows();
            return HashCode.Combine(
                source.Failure?.Error,
                notices.Aggregate(0, static (sum, notice) => sum | (1 << (int)notice.Kind)),
                processes.Aggregate(0, static (sum, row) => sum | (1 << (int)row.Category)),
                snapshot.Flows.Length,
                snapshot.Interfaces.Count
            );
        }
        catch (ProcNetException e)
        {
            return (int)e.Error;
        }
    }

    private static ProcNetException NoLibrary() => new(ProcNetError.LibpcapNotFound, "None here.", "None.");

    private static byte[][] NameSeeds() =>
        [
            [17, 0, .. DnsBytes.Query(7, "example.org")],
            [
                17,
                1,
                .. DnsBytes.Answer(
                    7,
                    "example.org",
                    DnsBytes.A,
                    DnsBytes.Alias("example.org", "a.example"),
                    DnsBytes.Record([0xC0, 12], DnsBytes.A, 60, [192, 0, 2, 1])
                ),
            ],
            [6, 0, .. Wire.HelloOfOpenSsl("example.org")],
            [17, 0, 0xC3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x00, .. new byte[1024]],
        ];

    private static long TrafficName(byte[] input)
    {
        if (input.Length < 2)
        {
            return 0;
        }

        ReadOnlySpan<byte> payload = input.AsSpan(2);
        bool isQuery = DnsMessage.TryRead(payload, out _);
        bool isHello = ClientHello.TryRead(payload, isLast: true, out _);
        bool isQuic = QuicInitial.Begins(payload);
        QuicInitial.KeysOf(payload);
        string? name = HostName.Read(payload);
        return HashCode.Combine(isQuery, isHello, isQuic, name?.Length, payload.Length > 0 ? payload[0] >> 4 : -1);
    }

    private static long SavedTable(byte[] input)
    {
        using TemporaryFile file = new(input);
        int count = 0;
        long kinds = 0;
        List<Notice> notices = [];
        try
        {
            foreach (
                NetConnection row in NetConnectionReader.ReadFile(
                    file.Path,
                    new NetConnectionQuery(),
                    TransportProtocol.Tcp,
                    false,
                    notices.Add
                )
            )
            {
                count++;
                kinds |= 1L << (int)row.State;
            }
        }
        catch (ProcNetException e)
        {
            return -(int)e.Error - 1;
        }

        return HashCode.Combine(count, kinds, notices.Count);
    }

    private static long SavedListing(byte[] input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n');
        int answer = 0;
        foreach (
            Func<int> read in (Func<int>[])
                [
                    () => ProcNet.Sockets.SavedListing.ReadSockets(lines, "saved.txt", null, CancellationToken.None).Count(),
                    () => ProcNet.Sockets.SavedListing.ReadConnections(lines, "saved.txt", CancellationToken.None).Count(),
                ]
        )
        {
            try
            {
                answer = HashCode.Combine(answer, read());
            }
            catch (ProcNetException e)
            {
                answer = HashCode.Combine(answer, e.Error);
            }
        }

        return answer;
    }

    private static long ProcessText(byte[] input)
    {
        bool isStat = ProcessStatus.TryParseStat(input, out int parent, out _);
        int name = ProcessStatus.NameOf(input).Length;
        bool hasUser = ProcessStatus.TryParseUserId(input, out _);
        string text = Encoding.UTF8.GetString(input);
        string? container = ContainerName.FromCgroupFile(text);
        (string? unit, string? slice) = UnitName.FromCgroupFile(text);
        string? command = CommandText.Join(input);
        string? whole = CommandText.WholeName(input.AsSpan(0, Math.Min(15, input.Length)), input);
        string? root = CgroupRoot.Find(text.Split('\n'));
        foreach (string? shown in (string?[])[container, unit, slice, command, whole])
        {
            if (shown is not null && shown.Any(char.IsControl))
            {
                throw new InvalidDataException($"'{shown}' has a control character.");
            }
        }

        return HashCode.Combine(
            isStat,
            Math.Sign(parent),
            name,
            hasUser,
            container?.Length,
            unit?.Length,
            slice?.Length,
            HashCode.Combine(command is null, whole?.Length, root)
        );
    }

    private static byte[][] Messages()
    {
        byte[] link = new byte[16];
        byte[] name = [9, 0, 3, 0, .. "eth0\0"u8, 0, 0, 0];
        byte[] info = [20, 0, 18, 0, 9, 0, 1, 0, .. "veth\0"u8, 0, 0, 0, 4, 0, 2, 0];
        return
        [
            [0, .. link, .. name, .. info, 8, 0, 5, 0, 2, 0, 0, 0],
            [1, 2, 24, 0x80, 0, 2, 0, 0, 0, 8, 0, 1, 0, 192, 0, 2, 1, 8, 0, 2, 0, 192, 0, 2, 1, 8, 0, 4, 0, 192, 0, 2, 255],
            [2, .. new byte[72], 0, 0],
            [
                3,
                2,
                0,
                0,
                0,
                52,
                0,
                1,
                0x80,
                20,
                0,
                1,
                0x80,
                8,
                0,
                1,
                0,
                192,
                0,
                2,
                1,
                8,
                0,
                2,
                0,
                198,
                51,
                100,
                7,
                28,
                0,
                2,
                0x80,
                5,
                0,
                1,
                0,
                6,
                0,
                0,
                0,
            ],
            [4, 2, 32, 0, 0, 255, 0, 0, 2, 0, 0, 0, 0, 8, 0, 1, 0, 192, 0, 2, 1],
        ];
    }

    private static long Netlink(byte[] input)
    {
        // The kernel's own messages have their headers whole; what follows may be newer than we are.
        if (input.Length < 17)
        {
            return 0;
        }

        ReadOnlySpan<byte> body = input.AsSpan(1);
        switch (input[0] % 5)
        {
            case 0:
                LinkInterface link = InterfaceReader.ParseLink(body, 1, false);
                InterfaceReader.ParseCounters(body, 1);
                return HashCode.Combine(link.Kind, link.Name.Length, link.IsLoopback, link.MasterIndex != 0);
            case 1:
                return InterfaceReader.ReadAddress(body) is { } address
                    ? HashCode.Combine(address.PrefixLength, address.Address.IsIPv4)
                    : 1;
            case 2:
                return SocketDiagnosticsMessage.TryRead(body, TransportProtocol.Tcp, (input[0] & 8) != 0, out SocketRow row)
                    ? HashCode.Combine(row.State, row.Family)
                    : 2;
            case 3:
                var shown = new FiveTuple(6, AddressValue.FromIPv4(0xC0000201), 1, AddressValue.FromIPv4(0xC6336407), 2);
                return ConntrackMessage.TryRead(body, shown, out FiveTuple behind) ? HashCode.Combine(behind == shown) : 3;
            default:
                return InterfaceReader.ParseLocalRoute(body) is null ? 4 : 5;
        }
    }

    /// <summary>A file in memory, as far as there is such a place.</summary>
    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content)
        {
            Path = System.IO.Path.Combine(
                Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(),
                $"procnet-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"
            );
            File.WriteAllBytes(Path, content);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
