using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Monitoring;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>
/// A host with the addresses 192.0.2.1 and 2001:db8::1 and without sockets and processes: the rows are those of the packets
/// alone.
/// </summary>
internal sealed class EmptyHost : ISocketTable, IProcessTable
{
    private const long Namespace = 4026531840;

    public static HostAccess Access { get; } =
        new()
        {
            OpenSocketTable = static _ => new EmptyHost(),
            OpenProcessTable = static () => new EmptyHost(),
            ReadNetworkView = ReadView,
            ReadLinks = static () => [],
        };

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
        row = default;
        return false;
    }

    public void ReadAll(SocketRowVisitor visitor) { }

    public void ListProcesses(List<int> into) => into.Clear();

    public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into) => WalkStatus.Gone;

    public ProcessKey? ReadKey(int processId) => null;

    public ProcessIdentity? ReadBrief(int processId) => null;

    public ProcessIdentity? ReadIdentity(int processId) => null;

    public void Dispose() { }

    private static NetworkView ReadView()
    {
        var view = new NetworkView(Namespace);
        view.AddAddress(Namespace, AddressValue.From(System.Net.IPAddress.Parse(PacketBuilder.Here)));
        view.AddAddress(Namespace, AddressValue.From(System.Net.IPAddress.Parse(PacketBuilder.Here6)));
        return view;
    }
}
