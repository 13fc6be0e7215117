using ProcNet.Linux.Namespaces;
using ProcNet.Monitoring;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Monitoring;

/// <summary>A network namespace that is deleted while it is measured: it is there for the measurement to its end.</summary>
public sealed class HeldNamespaceTests
{
    [Fact]
    public void What_is_asked_of_a_namespace_is_answered_after_its_name_has_gone()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Making namespaces takes root.");
        HostAccess host;
        using (var deleted = new TemporaryNamespace())
        {
            Assert.True(NetworkNamespace.TryReadInode(deleted.Path, out long inode));
            host = HostAccess.Local.Enter(new NamespaceReference(inode, deleted.Path, null));
        }

        Assert.Equal("lo", Assert.Single(host.ReadLinks()).Name);
        Assert.NotNull(host.ReadNetworkView());
        Assert.NotNull(host.NetworkNamespacePath);
    }
}
