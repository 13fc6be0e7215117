using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;
using ProcNet.Tests.Linux;
using Xunit;

namespace ProcNet.Tests.Sockets;

public sealed class NetworkNamespaceListTests
{
    [Fact]
    public void A_namespace_with_a_name_and_no_process_is_found_by_its_name()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes root to make a network namespace.");
        using var blue = new TemporaryNamespace();
        long inode = NetworkNamespaceThread.Run(blue.Path, NetworkNamespace.ReadOwnInode);

        NamespaceReference reference = Assert.Single(NetworkNamespaceList.ReadReferences(), one => one.Inode == inode);

        Assert.Equal((blue.Path, (int?)null), (reference.Path, reference.ProcessId));
    }

    [Fact]
    public void A_namespace_with_a_process_is_found_by_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes root to make a network namespace.");
        using var blue = new TemporaryNamespace();
        int member = blue.StartMember();
        Assert.True(NetworkNamespace.TryReadInode(blue.Path, out long inode));

        NamespaceReference reference = Assert.Single(NetworkNamespaceList.ReadReferences(), one => one.Inode == inode);

        Assert.Equal(($"/proc/{member}/ns/net", (int?)member), (reference.Path, reference.ProcessId));
    }

    [Fact]
    public void A_namespace_is_entered_by_another_way_where_the_first_process_has_ended()
    {
        using var blue = new TemporaryNamespace();
        Assert.True(NetworkNamespace.TryReadInode(blue.Path, out long inode));

        using NamespaceHandle handle = NamespaceHandle.TryOpen(
            new NamespaceReference(inode, "/proc/4194304/ns/net", 4194304) { OtherPaths = [blue.Path] }
        )!;

        Assert.Equal(inode, NetworkNamespaceThread.Run(handle.Reference.Path, NetworkNamespace.ReadOwnInode));
    }

    [Fact]
    public void A_process_id_that_came_back_in_another_namespace_leads_nowhere()
    {
        using var blue = new TemporaryNamespace();
        Assert.True(NetworkNamespace.TryReadInode(blue.Path, out long inode));

        Assert.Null(NamespaceHandle.TryOpen(new NamespaceReference(inode, $"/proc/{Environment.ProcessId}/ns/net", Environment.ProcessId)));
    }
}
