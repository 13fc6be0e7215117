namespace ProcNet.PowerShell.Tests;

/// <summary>What works here, one row a capability.</summary>
public sealed class TestProcNetTests : CmdletTest
{
    [Fact]
    public void Each_capability_is_a_row_that_says_what_to_do_where_it_is_missing()
    {
        CapabilityResult[] rows = [.. Engine.Run("Test-ProcNet").Select(row => (CapabilityResult)row.BaseObject)];

        Assert.Equal(
            ["PacketCapture", "OtherUsersSockets", "ProcessList", "SockDiag", "KernelFeed", "NetworkNamespaces", "ConnectionTracking"],
            rows.Select(row => row.Name)
        );
        Assert.All(
            rows,
            row =>
            {
                Assert.NotEmpty(row.Detail);
                Assert.Equal(row.Available, row.Impact is null);
                Assert.Equal(row.Available, row.Remedy is null);
            }
        );
    }

    [Fact]
    public void A_missing_libpcap_is_a_row_and_no_error()
    {
        Machine.Library = () =>
            throw new ProcNetException(ProcNetError.LibpcapNotFound, "libpcap is not installed.", "Install it.", "libpcap");

        var row = (CapabilityResult)Engine.Run("Test-ProcNet")[0].BaseObject;

        Assert.False(row.Available);
        Assert.Equal(("libpcap is not installed.", "Install it."), (row.Detail, row.Remedy));
    }

    [Fact]
    public void A_self_test_that_cannot_be_made_is_a_row_that_says_why_and_has_not_passed()
    {
        Machine.Library = () =>
            throw new ProcNetException(ProcNetError.LibpcapNotFound, "libpcap is not installed.", "Install it.", "libpcap");

        var row = (SelfTestResult)Engine.Run("Test-ProcNet -SelfTest | Select-Object -First 1")[0].BaseObject;

        Assert.False(row.Passed);
        Assert.Equal(((long?)null, (double?)null), (row.MeasuredBytes, row.ErrorPercent));
        Assert.Contains("libpcap is not installed.", row.Detail, StringComparison.Ordinal);
    }
}
