using ProcNet.Attribution;
using ProcNet.Processes;
using Xunit;

namespace ProcNet.Tests.Attribution;

/// <summary>Address translation (NAT) between a container and the outside.</summary>
public sealed class TranslationTests
{
    private const long Blue = 4026532100;
    private const string Outer = "10.0.0.1:61000";
    private const string There = "198.51.100.9:443";
    private const string Inside = "172.17.0.2:40000";

    private readonly World _world = new();

    public TranslationTests()
    {
        _world.Container(Blue, "172.17.0.2");
        _world.Translation(Outer, There, Inside, There);
    }

    [Fact]
    public void A_masqueraded_conversation_is_the_containers_processs()
    {
        ProcessIdentity curl = ContainerClient();
        _world.Packet(5, Outer, There, 100);
        _world.Packet(6, There, Outer, 900);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(curl, row.Match.Owner!.Process);
        Assert.Equal((100, 900), (row.SentBytes, row.ReceivedBytes));
        Assert.Equal(Blue, row.NetworkNamespace);
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.OtherNamespace | OwnerEvidence.Translated, row.Match.Evidence);
    }

    [Fact]
    public void It_is_a_duplicate_where_it_was_seen_before_the_translation_too()
    {
        ushort bridge = _world.Interface("docker0", 5, "bridge", subnet: "172.17.0.0/16");
        ProcessIdentity curl = ContainerClient();
        _world.Packet(5, Inside, There, 100, slot: bridge);
        _world.Packet(5, Outer, There, 100);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal(100, Assert.Single(rows, row => row.Match.Owner?.Process == curl).SentBytes);
        AttributedFlow again = Assert.Single(rows, row => row.Match.Category == TrafficCategory.Duplicate);
        Assert.Equal((100, (ushort?)bridge), (again.SentBytes, again.CountedOn));
        Assert.Contains("'docker0'", CategoryReasons.Of(again.Match, "docker0"));
    }

    [Fact]
    public void What_a_bridge_shows_half_translated_counts_where_it_was_seen_before_and_the_other_direction_here()
    {
        // Red (172.17.0.3:80) is called by the host's loopback (127.0.0.1:5000 to :9000): the bridge shows the answers with one end
        // translated back already.
        const long Red = 4026532200;
        ushort bridge = _world.Interface("docker0", 5, "bridge", subnet: "172.17.0.0/16");
        _world.Container(Red, "172.17.0.3");
        _world.Translation("10.0.0.1:61002", "172.17.0.3:80", "127.0.0.1:5000", "127.0.0.1:9000");
        _world.Translation("127.0.0.1:5000", "172.17.0.3:80", "127.0.0.1:5000", "127.0.0.1:9000");
        _world.Translation("172.17.0.3:80", "127.0.0.1:5000", "172.17.0.3:80", "10.0.0.1:61002");
        ProcessIdentity nginx = _world.Process(86, "nginx");
        ProcessIdentity curl = _world.Process(87, "curl");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.3:80", "10.0.0.1:61002", networkNamespace: Red), nginx, 6);
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "127.0.0.1:5000", "127.0.0.1:9000"), curl, 6);
        _world.Packet(5, "10.0.0.1:61002", "172.17.0.3:80", 100, slot: bridge);
        _world.Packet(6, "172.17.0.3:80", "127.0.0.1:5000", 900, slot: bridge);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal((100, 900), Totals(rows, curl));
        Assert.Equal((900, 100), Totals(rows, nginx));
        Assert.DoesNotContain(rows, row => row.Match.Category == TrafficCategory.Duplicate);
    }

    [Fact]
    public void Of_two_interfaces_that_show_the_same_packets_translated_otherwise_the_upper_counts()
    {
        ushort bridge = _world.Interface("docker0", 5, "bridge", subnet: "172.17.0.0/16");
        ushort port = _world.Interface("veth1", 6, "veth", master: 5);
        _world.Translation("10.0.0.1:61002", "172.17.0.3:80", "127.0.0.1:5000", "127.0.0.1:9000");
        _world.Translation("127.0.0.1:5000", "172.17.0.3:80", "127.0.0.1:5000", "127.0.0.1:9000");
        ProcessIdentity curl = _world.Process(87, "curl");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "127.0.0.1:5000", "127.0.0.1:9000"), curl, 6);
        _world.Packet(6, "172.17.0.3:80", "10.0.0.1:61002", 900, slot: port);
        _world.Packet(6, "172.17.0.3:80", "127.0.0.1:5000", 900, slot: bridge);

        List<AttributedFlow> rows = _world.Attribute();

        Assert.Equal((0, 900), Totals(rows, curl));
        AttributedFlow again = Assert.Single(rows, row => row.Match.Category == TrafficCategory.Duplicate);
        Assert.Equal((port, 900, (ushort?)bridge), (again.Key.Interface, again.ReceivedBytes, again.CountedOn));
    }

    [Fact]
    public void A_listener_of_the_host_on_the_port_does_not_get_what_is_translated()
    {
        // docker-proxy listens on the published port, and the packets never reach it.
        _world.Translation("10.0.0.1:8080", "203.0.113.5:5000", "172.17.0.2:80", "203.0.113.5:5000");
        _world.Holds(
            _world.Socket(0, TransportProtocol.Tcp, "0.0.0.0:8080", "0.0.0.0:0", ConnectionState.Listen),
            _world.Process(81, "docker-proxy"),
            1
        );
        ProcessIdentity nginx = _world.Process(82, "nginx");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "172.17.0.2:80", "203.0.113.5:5000", networkNamespace: Blue), nginx, 6);
        _world.Syn(5, "203.0.113.5:5000", "10.0.0.1:8080");

        Assert.Same(nginx, Assert.Single(_world.Attribute()).Match.Owner!.Process);
    }

    [Fact]
    public void A_socket_with_exactly_the_tuple_is_not_translated()
    {
        ProcessIdentity proxy = _world.Process(83, "proxy");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, Outer, There), proxy, 6);
        _world.Packet(5, Outer, There, 100);

        Assert.Same(proxy, Assert.Single(_world.Attribute()).Match.Owner!.Process);
    }

    [Fact]
    public void What_is_translated_for_another_machine_is_forwarded()
    {
        _world.Translation("10.0.0.1:61001", There, "192.168.1.20:5000", There);
        _world.Packet(5, "10.0.0.1:61001", There, 100);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Equal(TrafficCategory.Forwarded, row.Match.Category);
        Assert.Equal(OwnerEvidence.Translated, row.Match.Evidence);
    }

    [Fact]
    public void A_client_that_calls_a_translated_service_is_found_by_the_address_that_it_called()
    {
        // A Kubernetes service: the socket's remote endpoint is the service, the packet's is the pod.
        _world.Translation("10.0.0.1:5000", "10.244.0.7:6443", "10.0.0.1:5000", "10.96.0.1:443");
        ProcessIdentity kubelet = _world.Process(84, "kubelet");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, "10.0.0.1:5000", "10.96.0.1:443"), kubelet, 6);
        _world.Packet(5, "10.0.0.1:5000", "10.244.0.7:6443", 100);

        AttributedFlow row = Assert.Single(_world.Attribute());

        Assert.Same(kubelet, row.Match.Owner!.Process);
        Assert.Equal(OwnerEvidence.ExactTuple | OwnerEvidence.Translated, row.Match.Evidence);
    }

    private static (long Sent, long Received) Totals(List<AttributedFlow> rows, ProcessIdentity process) =>
        (
            rows.Where(row => row.Match.Owner?.Process == process).Sum(row => row.SentBytes),
            rows.Where(row => row.Match.Owner?.Process == process).Sum(row => row.ReceivedBytes)
        );

    private ProcessIdentity ContainerClient()
    {
        ProcessIdentity curl = _world.Process(85, "curl");
        _world.Holds(_world.Socket(5, TransportProtocol.Tcp, Inside, There, networkNamespace: Blue), curl, 6);
        return curl;
    }
}
