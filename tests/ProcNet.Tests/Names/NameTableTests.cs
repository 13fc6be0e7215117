using System.Net;
using ProcNet.Addresses;
using ProcNet.Names;

namespace ProcNet.Tests.Names;

/// <summary>hosts(5) and services(5), as they are found.</summary>
public sealed class NameTableTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void All_names_of_an_address_count_and_comments_do_not()
    {
        File.WriteAllText(
            _file,
            "# head\n127.0.0.1\tlocalhost  Local.Example # note\nfe80::1%eth0 router\n\n127.0.0.1 third\nnonsense here\n192.0.2.1\n192.0.2.2 a<b\n"
        );

        Dictionary<AddressValue, string> hosts = NameTables.ReadHosts(_file);

        Assert.Equal("localhost local.example third", hosts[AddressValue.From(IPAddress.Loopback)]);
        Assert.Equal("router", hosts[AddressValue.From(IPAddress.Parse("fe80::1"))]);
        Assert.Equal(2, hosts.Count);
    }

    [Fact]
    public void The_first_name_of_a_port_counts()
    {
        File.WriteAllText(_file, "https 443/tcp # web\nother 443/tcp\ndomain 53/udp\nbad 99999/tcp\nworse\n");

        Dictionary<(int, string), string> services = NameTables.ReadServices(_file);

        Assert.Equal("https", services[(443, "tcp")]);
        Assert.Equal("domain", services[(53, "udp")]);
        Assert.Equal(2, services.Count);
    }

    [Fact]
    public void Without_the_file_there_are_no_names() => Assert.Empty(NameTables.ReadHosts("/nowhere/at/all"));
}
