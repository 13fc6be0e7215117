using ProcNet.Capture.Tests.Live;
using ProcNet.Interfaces;
using ProcNet.Sources;
using Xunit;

namespace ProcNet.Capture.Tests.Errors;

public sealed class OpeningErrorTests
{
    private static readonly ICaptureLibrary s_library = new PcapLibrary();

    [Fact]
    public void An_interface_that_does_not_exist_is_an_error_that_lists_those_that_do()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() => s_library.OpenLive(new() { Interfaces = [Link("wlan99")] }));

        Assert.Equal(ProcNetError.InterfaceNotFound, error.Error);
        Assert.Equal("wlan99", error.Target);
        Assert.Contains("lo", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_default_set_an_interface_that_is_gone_is_left_out_with_a_notice()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing takes root.");
        using var capture = new RunningCapture(new() { Interfaces = [Link("wlan99"), Link("lo")], SkipUnusable = true });

        Assert.Equal("lo", Assert.Single(capture.Source.Interfaces).Name);
        Notice notice = Assert.Single(capture.Notices);
        Assert.Equal(NoticeKind.InterfaceSkipped, notice.Kind);
        Assert.Contains("wlan99", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_down_is_an_error_that_says_how_to_bring_it_up()
    {
        using var net = new NetworkNamespacePair();
        NetworkNamespacePair.Ip($"-n {net.A} link set va down");

        ProcNetException error = Assert.Throws<ProcNetException>(() =>
            s_library.OpenLive(new() { Interfaces = [Link("va")], NetworkNamespacePath = net.PathA })
        );

        Assert.Equal(ProcNetError.InterfaceDown, error.Error);
        Assert.Contains("ip link set va up", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_does_not_compile_is_found_before_anything_is_opened()
    {
        // The interface does not exist either: the filter comes first.
        ProcNetException error = Assert.Throws<ProcNetException>(() =>
            s_library.OpenLive(new() { Interfaces = [Link("wlan99")], Filter = "tcp prot 443" })
        );

        Assert.Equal(ProcNetError.InvalidFilter, error.Error);
        Assert.Equal("tcp prot 443", error.Target);
        Assert.Contains("syntax error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_interface_is_an_error() =>
        Assert.Equal(ProcNetError.NoInterface, Assert.Throws<ProcNetException>(() => s_library.OpenLive(new() { Interfaces = [] })).Error);

    [Fact]
    public void A_missing_permission_is_an_error_that_names_the_capability_and_the_ways_to_get_it()
    {
        ProcNetException error = Assert.Throws<ProcNetException>(() =>
            WithoutCapabilities.Run(() => s_library.OpenLive(new() { Interfaces = [Link("lo")] }))
        );

        Assert.Equal(ProcNetError.CapturePermissionDenied, error.Error);
        Assert.Contains("CAP_NET_RAW", error.Message, StringComparison.Ordinal);
        Assert.Contains("sudo", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("--cap-add=NET_RAW", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("Do not put capabilities on the pwsh file", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_libpcap_is_seen_through_sharp_pcaps_wrapping()
    {
        var wrapped = new TypeInitializationException("SharpPcap.Pcap", new DllNotFoundException("wpcap"));

        Assert.True(PcapErrors.IsLibpcapMissing(wrapped));
        Assert.False(PcapErrors.IsLibpcapMissing(new TypeInitializationException("x", new IOException())));
        ProcNetException error = PcapErrors.LibpcapMissing(wrapped);
        Assert.Equal(ProcNetError.LibpcapNotFound, error.Error);
        Assert.All(["apt-get", "dnf", "zypper", "apk", "pacman"], tool => Assert.Contains(tool, error.Remedy, StringComparison.Ordinal));
    }

    private static LinkInterface Link(string name) =>
        new()
        {
            Name = name,
            Index = 1,
            IsUp = true,
        };
}
