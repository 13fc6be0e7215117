using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.MicroBench;

/// <summary>The join of conversations with as many sockets.</summary>
[MemoryDiagnoser]
public class Join
{
    private const long Namespace = 1;
    private readonly SocketRegister _register = new();
    private readonly NetworkView _view = new(Namespace);
    private FlowSnapshot _snapshot = null!;

    /// <summary>How many.</summary>
    [Params(1_000, 50_000)]
    public int Conversations { get; set; }

    /// <summary>Makes them.</summary>
    [GlobalSetup]
    public void MakeWorld()
    {
        var local = AddressValue.From(IPAddress.Parse("10.0.0.1"));
        var remote = AddressValue.From(IPAddress.Parse("10.0.0.2"));
        var process = new ProcessIdentity
        {
            Key = new ProcessKey(1, 1),
            Name = "a",
            StartTime = DateTime.UnixEpoch,
        };
        var flows = new FlowCounters[Conversations];
        _view.AddAddress(Namespace, local);
        for (int i = 0; i < Conversations; i++)
        {
            flows[i].Key = FlowKey.Create(local, (ushort)i, remote, 443, 6, FlowKind.Conversation, 0, out _);
            flows[i].LowPackets = 1;
            flows[i].LowBytes = 100;
            flows[i].FirstSeen = 1000;
            flows[i].LastSeen = 2000;
            var row = new SocketRow
            {
                Protocol = TransportProtocol.Tcp,
                Family = AddressFamily.InterNetwork,
                State = ConnectionState.Established,
                Local = local,
                LocalPort = (ushort)i,
                Remote = remote,
                RemotePort = 443,
                Inode = (uint)i + 1,
                Cookie = (ulong)i + 1,
            };
            _register.Record(new SocketObservation(Namespace, 1500, row));
            _register.RecordHolder(row.Inode, process, 1500);
        }

        _snapshot = new FlowSnapshot
        {
            Flows = flows,
            Interfaces =
            [
                new TrafficInterface
                {
                    Slot = 0,
                    Name = "eth0",
                    LinkLayer = LinkLayer.Ethernet,
                },
            ],
            Packets = Conversations,
            Bytes = Conversations * 100L,
            StartedAt = 0,
            TakenAt = 3000,
        };
    }

    /// <summary>Joins.</summary>
    [Benchmark]
    public int Attribute() => Attributor.Attribute(_snapshot, _register, _view).Count;
}
