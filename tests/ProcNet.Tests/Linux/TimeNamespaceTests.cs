using ProcNet.Linux;

namespace ProcNet.Tests.Linux;

public sealed class TimeNamespaceTests
{
    [Fact]
    public void Seconds_and_nanoseconds_of_each_clock_are_read() =>
        Assert.Equal(
            (5_000_000_000_007, -86_399_500_000_000),
            TimeNamespace.ParseOffsets("monotonic        5000         7\nboottime       -86400 500000000\n")
        );

    [Theory]
    [InlineData("")]
    [InlineData("monotonic           0         0\nboottime            0         0\n")]
    [InlineData("monotonic x 1\nrealtime 5 5\nboottime 1\n")]
    public void Where_nothing_is_said_the_clocks_are_the_machines(string text) => Assert.Equal((0, 0), TimeNamespace.ParseOffsets(text));

    [Fact]
    public void A_kernel_without_time_namespaces_has_none() => Assert.Equal((0, 0), TimeNamespace.ReadOffsets("/proc/no-such-process"));
}
