using System.Diagnostics;
using System.Net;
using ProcNet.Addresses;
using ProcNet.Interfaces;
using Xunit;

namespace ProcNet.Tests.Interfaces;

public sealed class InterfaceReaderTests
{
    [Fact]
    public void The_loopback_interface_is_listed_with_the_namespace_of_the_process()
    {
        LinkInterface loopback = Assert.Single(InterfaceReader.ReadLinks(), link => link.IsLoopback);

        Assert.Equal("lo", loopback.Name);
        Assert.Equal(1, loopback.Index);
        Assert.Null(loopback.Kind);
        Assert.Equal($"net:[{loopback.NetworkNamespace}]", new FileInfo("/proc/self/ns/net").LinkTarget);
    }

    [Fact]
    public void Links_and_addresses_of_another_namespace_are_read_as_ip_made_them()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Making a network namespace takes root.");
        string name = $"pnir{Environment.ProcessId}";
        Ip($"netns add {name}");
        try
        {
            Ip($"-n {name} link add br0 type bridge");
            Ip($"-n {name} link add va address 02:00:00:00:00:0a type veth peer name vb");
            Ip($"-n {name} link set va master br0 up");
            Ip($"-n {name} link add mv0 link vb type macvlan");
            Ip($"-n {name} addr add 192.0.2.5/24 broadcast 192.0.2.255 dev br0");
            Ip($"-n {name} addr add 198.51.100.1 peer 198.51.100.2/32 dev vb");
            Ip($"-n {name} addr add 2001:db8::5/64 dev br0 nodad");

            Dictionary<string, LinkInterface> links = InterfaceReader.ReadLinks($"/run/netns/{name}").ToDictionary(link => link.Name);
            IReadOnlyList<InterfaceAddress> addresses = InterfaceReader.ReadAddresses($"/run/netns/{name}");

            LinkInterface bridge = links["br0"];
            LinkInterface port = links["va"];
            Assert.Equal("bridge", bridge.Kind);
            Assert.False(bridge.IsUp);
            Assert.Equal("veth", port.Kind);
            Assert.True(port.IsUp);
            Assert.Equal(bridge.Index, port.MasterIndex);
            Assert.Equal(links["vb"].Index, port.ParentIndex);
            Assert.False(port.ParentIsElsewhere);
            Assert.Equal(0x02000000000AUL, port.HardwareAddress);
            Assert.Equal("macvlan", links["mv0"].Kind);
            Assert.Equal(links["vb"].Index, links["mv0"].ParentIndex);
            Assert.NotEqual(InterfaceReader.ReadLinks()[0].NetworkNamespace, bridge.NetworkNamespace);
            Assert.Equal(
                [
                    new InterfaceAddress
                    {
                        InterfaceIndex = bridge.Index,
                        Address = Parse("192.0.2.5"),
                        PrefixLength = 24,
                        Broadcast = Parse("192.0.2.255"),
                    },
                    new InterfaceAddress
                    {
                        InterfaceIndex = links["vb"].Index,
                        Address = Parse("198.51.100.1"),
                        PrefixLength = 32,
                    },
                    new InterfaceAddress
                    {
                        InterfaceIndex = bridge.Index,
                        Address = Parse("2001:db8::5"),
                        PrefixLength = 64,
                    },
                ],
                addresses.Where(address => (address.Address.High >> 32) is 0 or 0x20010DB8).OrderBy(address => address.Address)
            );
        }
        finally
        {
            Ip($"netns del {name}");
        }
    }

    [Fact]
    public void A_namespace_that_does_not_exist_is_an_error() =>
        Assert.Equal(
            ProcNetError.NetworkNamespaceUnavailable,
            Assert.Throws<ProcNetException>(() => InterfaceReader.ReadLinks("/run/netns/there-is-none")).Error
        );

    private static AddressValue Parse(string address) => AddressValue.From(IPAddress.Parse(address));

    private static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {error}");
    }
}
