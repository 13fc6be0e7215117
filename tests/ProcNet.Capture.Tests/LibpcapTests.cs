using SharpPcap;
using Xunit;

namespace ProcNet.Capture.Tests;

public class LibpcapTests
{
    [Fact]
    public void The_machine_has_a_libpcap_of_the_line_that_is_supported()
    {
        Assert.True(Pcap.LibpcapVersion >= new Version(1, 10), $"libpcap is {Pcap.LibpcapVersion}");
    }
}
