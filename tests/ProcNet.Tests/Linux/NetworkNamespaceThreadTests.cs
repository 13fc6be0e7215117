using ProcNet.Linux.Namespaces;

namespace ProcNet.Tests.Linux;

public sealed class NetworkNamespaceThreadTests
{
    [Fact]
    public void The_work_is_inside_and_the_caller_is_not()
    {
        using var space = new TemporaryNamespace();
        string before = OwnNamespace();

        string inside = NetworkNamespaceThread.Run(space.Path, OwnNamespace);

        Assert.Equal($"net:[{Command.Run("stat", "-Lc", "%i", space.Path)}]", inside);
        Assert.NotEqual(before, inside);
        Assert.Equal(before, OwnNamespace());
    }

    [Theory]
    [InlineData("/run/netns/no-such-namespace", "There is no network namespace at '/run/netns/no-such-namespace'.")]
    [InlineData("/proc/self/ns/uts", "'/proc/self/ns/uts' is not a network namespace.")]
    public void What_is_no_namespace_is_one_clear_error(string path, string message)
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => NetworkNamespaceThread.Run(path, () => 1));

        Assert.Equal(ProcNetError.NetworkNamespaceUnavailable, error.Error);
        Assert.Equal(message, error.Message);
        Assert.Equal(path, error.Target);
    }

    [Fact]
    public void What_the_work_throws_comes_out() =>
        Assert.Throws<InvalidTimeZoneException>(() =>
            NetworkNamespaceThread.Run<int>(NetworkNamespaceThread.OwnNamespacePath, () => throw new InvalidTimeZoneException())
        );

    private static string OwnNamespace() => new FileInfo(NetworkNamespaceThread.OwnNamespacePath).LinkTarget!;
}
