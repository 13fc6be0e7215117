using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.OwnerLookup;
using ProcNet.Sockets;
using static ProcNet.Tests.Attribution.World;

namespace ProcNet.Tests.OwnerLookup;

/// <summary>How often the kernel is asked for a socket that may be bound to a device.</summary>
public sealed class EndpointLookupTests : ISocketTable
{
    private const int Port = 2;
    private const int Vrf = 5;
    private static readonly FiveTuple s_end = End(TransportProtocol.Udp, "10.0.0.1:53", "10.0.0.2:5000");

    private readonly Dictionary<int, SocketRow> _answers = [];
    private readonly List<int> _asked = [];
    private readonly LookupRateLimiter _budget = new(static () => 0);
    private readonly NetworkView _alone = new(Namespace);
    private readonly NetworkView _inVrf = new(Namespace);

    public EndpointLookupTests()
    {
        InterfaceAddress address = new()
        {
            InterfaceIndex = Port,
            Address = Address("10.0.0.1"),
            PrefixLength = 24,
            Broadcast = null,
        };
        _alone.Devices.Add(Namespace, [address], [new LinkInterface { Name = "eth0", Index = Port }]);
        _inVrf.Devices.Add(
            Namespace,
            [address],
            [
                new LinkInterface
                {
                    Name = "eth0",
                    Index = Port,
                    MasterIndex = Vrf,
                },
            ]
        );
    }

    public long NetworkNamespace => Namespace;

    [Fact]
    public void Where_the_interface_stands_alone_it_is_asked_once_also_in_vain()
    {
        Assert.Null(Find(_alone));

        Assert.Equal([Port], _asked);
    }

    [Fact]
    public void A_socket_bound_to_the_VRF_is_found_by_a_second_lookup()
    {
        _answers[Vrf] = Row(1, device: Vrf);

        Assert.Equal(1UL, Find(_inVrf));
        Assert.Equal([Port, Vrf], _asked);
    }

    [Fact]
    public void A_socket_bound_to_the_VRF_is_preferred_to_one_that_is_bound_to_nothing()
    {
        _answers[Port] = Row(1);
        _answers[Vrf] = Row(2, device: Vrf);

        Assert.Equal(2UL, Find(_inVrf));
    }

    [Fact]
    public void A_socket_bound_to_nothing_is_kept_where_no_other_is_bound()
    {
        _answers[Port] = _answers[Vrf] = Row(1);

        Assert.Equal(1UL, Find(_inVrf));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(Port, false)]
    public void What_is_connected_or_bound_is_asked_for_no_further(int device, bool isConnected)
    {
        _answers[Port] = Row(1, device, isConnected);

        Assert.Equal(1UL, Find(_inVrf));
        Assert.Equal([Port], _asked);
    }

    [Fact]
    public void In_a_flood_there_is_no_second_lookup()
    {
        _answers[Vrf] = Row(1, device: Vrf);
        while (_budget.TryTake()) { }

        Assert.Null(Find(_inVrf));
        Assert.Equal([Port], _asked);
    }

    bool ISocketTable.TryFind(
        TransportProtocol protocol,
        AddressValue local,
        ushort localPort,
        AddressValue remote,
        ushort remotePort,
        int device,
        out SocketRow row
    )
    {
        _asked.Add(device);
        return _answers.TryGetValue(device, out row);
    }

    void ISocketTable.ReadAll(SocketRowVisitor visitor) => throw new NotSupportedException();

    void IDisposable.Dispose() { }

    private static SocketRow Row(ulong cookie, int device = 0, bool isConnected = false) =>
        new()
        {
            Protocol = TransportProtocol.Udp,
            Local = s_end.Local,
            LocalPort = s_end.LocalPort,
            InterfaceIndex = device,
            Cookie = cookie,
            Remote = isConnected ? s_end.Remote : AddressValue.AnyIPv4,
            RemotePort = isConnected ? s_end.RemotePort : (ushort)0,
        };

    private ulong? Find(NetworkView view) =>
        new EndpointLookup(_budget).TryFind(this, view, s_end, Port, out SocketRow row) ? row.Cookie : null;
}
