using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources;
using Xunit;

namespace ProcNet.Capture.Tests.Errors;

public sealed class DissectorTests
{
    private static readonly ICaptureLibrary s_library = new PcapLibrary();

    private static readonly byte[] s_ip =
        [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0, 1, 0, 2, 0, 8, 0, 0];

    // A data frame to the access point (IEEE 802.11 9.3.2.1), then LLC and SNAP; a check sequence of four bytes at the end.
    private static readonly byte[] s_wifi =
        [0x08, 0x01, 0, 0, .. new byte[18], 0, 0, 0xAA, 0xAA, 3, 0, 0, 0, 0x08, 0x00, .. s_ip, 0, 0, 0, 0];

    [Fact]
    public void A_wifi_header_is_thirty_two_bytes() =>
        Assert.Equal(32, s_library.GetDissector(LinkLayer.Ieee80211)!.FindIP(s_wifi));

    [Fact]
    public void A_radiotap_header_stands_before_a_wifi_header() =>
        Assert.Equal(40, s_library.GetDissector(LinkLayer.Ieee80211Radiotap)!.FindIP([0, 0, 8, 0, 0, 0, 0, 0, .. s_wifi]));

    [Fact]
    public void Link_types_that_the_fast_decoder_reads_or_nobody_knows_have_none()
    {
        Assert.Null(s_library.GetDissector(LinkLayer.Ethernet));
        Assert.Null(s_library.GetDissector(LinkLayer.Ppp));
        Assert.Null(s_library.GetDissector((LinkLayer)147));
    }

    [Theory]
    [InlineData(LinkLayer.Ieee80211)]
    [InlineData(LinkLayer.Ieee80211Radiotap)]
    internal void HostileBytesAreNotIPAndNeverThrow(LinkLayer linkLayer)
    {
        ILinkDissector dissector = s_library.GetDissector(linkLayer)!;
        var random = new Random(7);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] frame = new byte[random.Next(0, 80)];
            random.NextBytes(frame);

            Assert.InRange(dissector.FindIP(frame), -1, frame.Length);
        }
    }
}
