using System.Globalization;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;
using ProcNet.Tests.Linux;
using Xunit;

namespace ProcNet.Tests.Sockets;

public sealed class NetworkNamespaceNameTests
{
    [Fact]
    public void Each_way_to_name_one_finds_the_same()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes root to make a network namespace.");
        using var blue = new TemporaryNamespace();
        int member = blue.StartMember();
        long inode = NetworkNamespaceThread.Run(blue.Path, NetworkNamespace.ReadOwnInode);
        string number = inode.ToString(CultureInfo.InvariantCulture);

        Assert.All(
            (string[])[Path.GetFileName(blue.Path), blue.Path, $"/proc/{member}/ns/net", $"{member}", number, $"net:[{number}]"],
            name => Assert.Equal(inode, NetworkNamespaceName.Find(name).Inode)
        );
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("/nosuch/path")]
    [InlineData("/etc/hostname")]
    [InlineData("4194305")]
    [InlineData("4299999999")]
    public void What_is_none_is_an_error(string name)
    {
        ProcNetException failure = Assert.Throws<ProcNetException>(() => NetworkNamespaceName.Find(name));

        Assert.Equal(ProcNetError.NetworkNamespaceUnavailable, failure.Error);
    }
}
