using System.Net;
using System.Net.Sockets;
using CsCheck;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Capture.Tests.Golden;
using ProcNet.Flows;
using ProcNet.Monitoring;
using ProcNet.OwnerLookup;
using ProcNet.Packets;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Sources;
using ProcNet.Sources.Recording;
using Xunit;

namespace ProcNet.Capture.Tests.Properties;

/// <summary>
/// The rows that a measurement gives and those that its file gives elsewhere are the same, to the byte: in random worlds, with a
/// table that may be full.
/// </summary>
public sealed class RecordedRowsPropertyTests
{
    private const long Began = 1_700_000_000_000_000;
    private static readonly string[] s_addresses = ["192.0.2.1", "127.0.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.251"];

    private static readonly Gen<Sent> s_packet =
        from slot in Gen.Int[0, 1]
        from source in Gen.Int[0, 3]
        from destination in Gen.Int[0, 4]
        from sourcePort in Gen.Int[1, 3]
        from destinationPort in Gen.Int[1, 3]
        from isTcp in Gen.Bool
        from isSyn in Gen.Bool
        from payload in Gen.Int[0, 60]
        from pause in Gen.Frequency((8, Gen.Long[1, 5_000]), (1, Gen.Long[200_000, 20_000_000]))
        select new Sent(slot, s_addresses[source], s_addresses[destination], sourcePort, destinationPort, isTcp, isSyn, payload, pause);

    private static readonly Gen<(int, int, int, bool)[]> s_sockets = Gen.Select(
        Gen.Int[0, 1],
        Gen.Int[1, 3],
        Gen.Int[0, 4],
        Gen.Bool
    ).Array[0, 8];

    [Fact]
    public void Rows_of_the_file_are_rows_of_the_measurement() =>
        Gen.Select(s_packet.Array[1, 60], s_sockets, Gen.OneOfConst(3, 1000))
            .Sample((packets, sockets, capacity) => AssertSame(packets, sockets, capacity), iter: 200, threads: 1);

    private static void AssertSame(Sent[] packets, (int, int, int, bool)[] sockets, int capacity)
    {
        string path = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        try
        {
            using var world = new RandomWorld(sockets, capacity);
            var recording = new FlowRecording(
                new SavefileSeries(new RecordingOptions { Path = path }, CancellationToken.None),
                new LiveMeasurement(),
                world,
                new NoProcesses(),
                _ => { }
            );
            foreach (TrafficInterface captured in world.Interfaces)
            {
                recording.Recorder.AddInterface(captured, 262144);
            }

            recording.Start(world);
            long time = Began;
            foreach (Sent packet in packets)
            {
                time += packet.Pause;
                byte[] frame = packet.ToFrame();
                recording.Recorder.Add(
                    (ushort)packet.Slot,
                    time * 1000,
                    frame,
                    frame.Length,
                    world.Count((ushort)packet.Slot, time, frame)
                );
            }

            FlowSnapshot final = world.Snapshot();
            List<AttributedFlow> rows = world.Attribute(final);
            recording.Complete(rows);
            recording.Dispose();

            var live = new TrafficSummary(final, rows, TrafficSourceKind.Capture);
            using TrafficMonitor monitor = TrafficMonitor.ReadSavefile(
                new SavefileMeasurement { Path = path },
                () => throw new InvalidOperationException(),
                EmptyHost.Access,
                _ => { },
                CancellationToken.None
            );
            TrafficReport saved = monitor.Report();

            if (rows.Exists(static row => row.Match.Category == TrafficCategory.TableFull))
            {
                // What made room in the table has its packets in the file: each has a row of its own there.
                Assert.Equal(final.Bytes, saved.Statistics.Bytes);
            }
            else
            {
                Assert.Equal(Show(live.SumProcesses(static _ => null)), Show(saved.Processes));
                Assert.Equal(Show(live.ListFlows()), Show(saved.Flows));
            }

            Assert.True(saved.Statistics.IsBalanced);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Show(IEnumerable<ProcessTraffic> rows) =>
        [
            .. rows.Select(row =>
                    $"{row.ProcessId} {row.ProcessName} {row.UserName} {row.Path} {row.ProcessStartTime:o} {row.SentBytes} {row.ReceivedBytes} {row.SentPackets} "
                    + $"{row.ReceivedPackets} {row.FlowCount} {row.Category} {Written(row.Evidence)} {row.NetworkNamespace} {row.Container} {row.Reason}"
                )
                .Order(StringComparer.Ordinal),
        ];

    private static string[] Show(IEnumerable<TrafficFlow> rows) =>
        [
            .. rows.Select(row =>
                    $"{row.Protocol} {row.LocalAddress} {row.LocalPort} {row.RemoteAddress} {row.RemotePort} {row.Interface} {row.SentBytes} {row.ReceivedBytes} "
                    + $"{row.SentPackets} {row.ReceivedPackets} {row.CreationTime:o} {row.LastPacketTime:o} {row.Category} {Written(row.Evidence)} {row.ProcessId} "
                    + $"{row.Inode} {row.OwnerSince:o} {row.SharedWith} {row.NetworkNamespace} {row.Reason}"
                )
                .Order(StringComparer.Ordinal),
        ];

    private static OwnerEvidence Written(OwnerEvidence evidence) => evidence & ~OwnerEvidence.Savefile;

    private sealed record Sent(
        int Slot,
        string Source,
        string Destination,
        int SourcePort,
        int DestinationPort,
        bool IsTcp,
        bool IsSyn,
        int Payload,
        long Pause
    )
    {
        public byte[] ToFrame() =>
            Frames.Ethernet(
                PacketBuilder.IPv4(
                    IsTcp
                        ? PacketBuilder.Tcp(SourcePort, DestinationPort, Payload, IsSyn, !IsSyn)
                        : PacketBuilder.Udp(SourcePort, DestinationPort, Payload),
                    IsTcp ? PacketBuilder.TcpProtocol : PacketBuilder.UdpProtocol,
                    Source,
                    Destination
                )
            );
    }

    /// <summary>A table of sockets that some processes hold, some nobody; two addresses are local.</summary>
    private sealed class RandomWorld : IOwnerSearch, IRecordableSource
    {
        private readonly Lock _gate = new();
        private readonly PacketMeter _meter;
        private readonly SocketRegister _register = new();
        private readonly NetworkView _view = new(7);

        public RandomWorld((int Local, int Port, int Remote, bool IsShared)[] sockets, int capacity)
        {
            _meter = new PacketMeter(capacity) { IsLive = true };
            foreach (TrafficInterface captured in Interfaces)
            {
                _meter.AddInterface(captured);
            }

            _view.AddAddress(7, AddressValue.From(IPAddress.Parse(s_addresses[0])));
            uint inode = 100;
            foreach ((int local, int port, int remote, bool isShared) in sockets)
            {
                inode++;
                bool isConnected = remote < 4;
                _register.Record(
                    new SocketObservation(
                        7,
                        Began + (inode * 1000),
                        new SocketRow
                        {
                            Protocol = inode % 2 == 0 ? TransportProtocol.Tcp : TransportProtocol.Udp,
                            Family = AddressFamily.InterNetwork,
                            Local = AddressValue.From(IPAddress.Parse(s_addresses[local])),
                            LocalPort = (ushort)port,
                            Remote = isConnected ? AddressValue.From(IPAddress.Parse(s_addresses[remote])) : AddressValue.AnyIPv4,
                            RemotePort = isConnected ? (ushort)1 : (ushort)0,
                            State = isConnected ? ConnectionState.Established : ConnectionState.Listen,
                            Inode = inode,
                        }
                    )
                );
                if (inode % 5 != 0)
                {
                    _register.RecordHolder(inode, Person((int)inode), Began + (inode * 1000));
                    if (isShared)
                    {
                        _register.RecordHolder(inode, Person(500), Began + (inode * 1000) + 1);
                    }
                }
            }
        }

        public IReadOnlyList<TrafficInterface> Interfaces { get; } =
        [
            new()
            {
                Slot = 0,
                Name = "eth0",
                Index = 2,
                LinkLayer = LinkLayer.Ethernet,
                NetworkNamespace = 7,
            },
            new()
            {
                Slot = 1,
                Name = "lo",
                Index = 1,
                LinkLayer = LinkLayer.Ethernet,
                NetworkNamespace = 7,
            },
        ];

        public TrafficSourceKind Kind => TrafficSourceKind.Capture;

        public Task Completion => Task.CompletedTask;

        ProcNetException? ITrafficSource.Failure => null;

        Exception? IOwnerSearch.Failure => null;

        public INewFlowObserver? Observer => null;

        public int UnreadableProcesses => 0;

        public int KnownSockets => 0;

        public TrafficTotals Totals => _meter.Totals;

        public CountedPacket Count(ushort slot, long time, byte[] frame)
        {
            lock (_gate)
            {
                return _meter.Count(slot, time, frame, frame.Length);
            }
        }

        public FlowSnapshot Snapshot()
        {
            lock (_gate)
            {
                return _meter.Snapshot(Began, Began + 1, 0, 0);
            }
        }

        public FlowSnapshot SnapshotOf(IReadOnlyList<int> numbers)
        {
            lock (_gate)
            {
                return _meter.SnapshotOf(numbers, Began, Began + 1);
            }
        }

        public List<AttributedFlow> ResolveOwners(FlowSnapshot snapshot, CancellationToken cancellation = default) => Attribute(snapshot);

        public List<AttributedFlow> Attribute(FlowSnapshot snapshot)
        {
            lock (_register)
            {
                return Attributor.Attribute(snapshot, _register, _view);
            }
        }

        public void Start() { }

        public void Start(INewFlowObserver? observer, Action<Notice> notify) { }

        public void OnSourceStarted() { }

        public void Forget(FlowSnapshot kept, long notSeenSince) { }

        public void Cancel() { }

        public void Stop() { }

        public void Dispose() { }

        private static ProcessIdentity Person(int id) =>
            new()
            {
                Key = new ProcessKey(id, (ulong)id),
                Name = id % 3 == 0 ? "tmux: server" : $"program{id}",
                UserId = 1000,
                UserName = "alice",
                ExecutablePath = $"/bin/{id}",
                NetworkNamespace = 7,
                Container = id % 4 == 0 ? "docker:0123456789ab" : null,
                StartTime = DateTime.UnixEpoch.AddSeconds(1_600_000_000 + id).ToLocalTime(),
            };
    }

    private sealed class NoProcesses : IProcessTable
    {
        public void ListProcesses(List<int> into) => into.Clear();

        public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into) => WalkStatus.Gone;

        public ProcessKey? ReadKey(int processId) => null;

        public ProcessIdentity? ReadBrief(int processId) => null;

        public ProcessIdentity? ReadIdentity(int processId) => null;

        public void Dispose() { }
    }
}
