using System.Net;
using System.Net.Sockets;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.EbpfOwners;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using ProcNet.Packets;
using ProcNet.Processes;
using ProcNet.Sockets;
using ProcNet.Sources;

namespace ProcNet.PowerShell.Tests.Fakes;

/// <summary>
/// A machine with the address 192.0.2.1, interfaces eth0, lo and a wlan0 that is down, whose processes, sockets and traffic a test
/// writes down. It takes the place of the real one until it is disposed.
/// </summary>
internal sealed class FakeMachine : ICaptureLibrary, IDisposable
{
    public const long Namespace = 4026531840;

    private static readonly IPAddress s_here = IPAddress.Parse("192.0.2.1");

    private readonly List<SocketRow> _sockets = [];
    private readonly Dictionary<int, (string Name, List<SocketDescriptor> Sockets)> _processes = [];
    private readonly List<FlowCounters> _flows = [];

    private static readonly DateTime s_processesStart = DateTime.Now.AddHours(-1);

    public FakeMachine() =>
        Services.Replace(
            () => Library(),
            new HostAccess
            {
                OpenSocketTable = _ => new Table(this),
                OpenProcessTable = () => new Processes(this),
                ReadNetworkView = ReadView,
                ReadLinks = () => Links,
                OpenKernelFeed = () => KernelFeed(),
            }
        );

    /// <summary>The interfaces.</summary>
    public IReadOnlyList<LinkInterface> Links { get; set; } =
    [
        new()
        {
            Name = "lo",
            Index = 1,
            IsUp = true,
            IsLoopback = true,
        },
        new()
        {
            Name = "eth0",
            Index = 2,
            IsUp = true,
        },
        new()
        {
            Name = "wlan0",
            Index = 3,
            IsUp = false,
        },
    ];

    /// <summary>What loading libpcap does; a test makes it throw.</summary>
    public Func<ICaptureLibrary> Library { get; set; } = null!;

    /// <summary>What opening the kernel feed does: there is none, unless a test gives one.</summary>
    public Func<EbpfMeasurement> KernelFeed { get; set; } =
        () => throw new ProcNetException(ProcNetError.KernelFeedUnavailable, "The kernel feed is not available (fake).", "Get one.");

    /// <summary>What compiling a filter or opening a capture throws; null for nothing.</summary>
    public ProcNetException? Refusal { get; set; }

    /// <summary>What captures say as they start.</summary>
    public List<Notice> Notices { get; } = [];

    public long DroppedPackets { get; set; }

    /// <summary>How long it takes to read the descriptors of one process.</summary>
    public TimeSpan ProcessReadTime { get; set; }

    /// <summary>The captures that were opened.</summary>
    public List<FakeTrafficSource> Opened { get; } = [];

    public IReadOnlyList<FlowCounters> Flows => _flows;

    public string Version => "libpcap version 1.10.3 (fake)";

    /// <summary>Makes a machine in the place of the real one.</summary>
    public static FakeMachine Start()
    {
        FakeMachine machine = new();
        machine.Library = () => machine;
        return machine;
    }

    /// <summary>A process with a TCP connection from 192.0.2.1:localPort to 198.51.100.7:443 that has sent and received.</summary>
    public FakeMachine WithTraffic(int processId, string name, ushort localPort, long sent, long received)
    {
        uint inode = 100_000u + localPort;
        SocketRow row = new()
        {
            Protocol = TransportProtocol.Tcp,
            Family = AddressFamily.InterNetwork,
            Local = AddressValue.From(s_here),
            LocalPort = localPort,
            Remote = AddressValue.From(IPAddress.Parse("198.51.100.7")),
            RemotePort = 443,
            State = ConnectionState.Established,
            Inode = inode,
            UserId = 1000,
        };
        _sockets.Add(row);
        if (!_processes.TryGetValue(processId, out var process))
        {
            _processes.Add(processId, process = (name, []));
        }

        process.Sockets.Add(new SocketDescriptor(10 + process.Sockets.Count, inode));
        AddFlow(row, sent, received);
        return this;
    }

    /// <summary>Traffic of a connection that has no socket.</summary>
    public FakeMachine WithOrphan(ushort localPort, long received)
    {
        AddFlow(
            new SocketRow
            {
                Protocol = TransportProtocol.Tcp,
                Local = AddressValue.From(s_here),
                LocalPort = localPort,
                Remote = AddressValue.From(IPAddress.Parse("203.0.113.9")),
                RemotePort = 80,
            },
            0,
            received
        );
        return this;
    }

    public ITrafficSource OpenLive(LiveCaptureOptions options)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        FakeTrafficSource source = new(this, options);
        foreach (TrafficInterface captured in source.Interfaces)
        {
            options.Recorder?.AddInterface(captured, options.SnapLength);
        }

        Opened.Add(source);
        return source;
    }

    public IFrameFilter CompileFilter(string expression, LinkLayer linkLayer) => Refusal is null ? new AnyFrame() : throw Refusal;

    public void Dispose()
    {
        CaptureRegistry.Clear();
        Services.Replace(null, null);
    }

    private void AddFlow(SocketRow row, long sent, long received)
    {
        FlowKey key = FlowKey.Create(
            row.Local,
            row.LocalPort,
            row.Remote,
            row.RemotePort,
            (byte)row.Protocol,
            FlowKind.Conversation,
            0,
            out bool localIsLow
        );
        long now = Clock.Now;
        _flows.Add(
            new FlowCounters
            {
                Key = key,
                LowBytes = localIsLow ? sent : received,
                HighBytes = localIsLow ? received : sent,
                LowPackets = localIsLow ? sent / 100 : received / 100,
                HighPackets = localIsLow ? received / 100 : sent / 100,
                FirstSeen = now,
                LastSeen = now,
                Flags = localIsLow ? FlowFlags.LowSentFirst : FlowFlags.None,
            }
        );
    }

    private static NetworkView ReadView()
    {
        NetworkView view = new(Namespace);
        view.AddAddress(Namespace, AddressValue.From(s_here));
        return view;
    }

    private sealed class AnyFrame : IFrameFilter
    {
        public bool Matches(ReadOnlySpan<byte> frame, int wireLength) => true;

        public void Dispose() { }
    }

    private sealed class Table(FakeMachine machine) : ISocketTable
    {
        public long NetworkNamespace => Namespace;

        public bool TryFind(
            TransportProtocol protocol,
            AddressValue local,
            ushort localPort,
            AddressValue remote,
            ushort remotePort,
            int device,
            out SocketRow row
        )
        {
            row = machine._sockets.FirstOrDefault(socket =>
                socket.Protocol == protocol
                && socket.Local.Equals(local)
                && socket.LocalPort == localPort
                && socket.Remote.Equals(remote)
                && socket.RemotePort == remotePort
            );
            return row.Inode != 0;
        }

        public void ReadAll(SocketRowVisitor visitor)
        {
            foreach (SocketRow row in machine._sockets)
            {
                if (!visitor(row))
                {
                    return;
                }
            }
        }

        public void Dispose() { }
    }

    private sealed class Processes(FakeMachine machine) : IProcessTable
    {
        public void ListProcesses(List<int> into)
        {
            into.Clear();
            into.AddRange(machine._processes.Keys.Order());
        }

        public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into)
        {
            into.Clear();
            Thread.Sleep(machine.ProcessReadTime);
            if (!machine._processes.TryGetValue(processId, out var process))
            {
                return WalkStatus.Gone;
            }

            into.AddRange(process.Sockets);
            return WalkStatus.Read;
        }

        public ProcessKey? ReadKey(int processId) => machine._processes.ContainsKey(processId) ? new ProcessKey(processId, 1) : null;

        public ProcessIdentity? ReadBrief(int processId) => ReadIdentity(processId);

        public ProcessIdentity? ReadIdentity(int processId) =>
            machine._processes.TryGetValue(processId, out var process)
                ? new ProcessIdentity
                {
                    Key = new ProcessKey(processId, 1),
                    Name = process.Name,
                    NetworkNamespace = Namespace,
                    StartTime = s_processesStart,
                }
                : null;

        public void Dispose() { }
    }
}
