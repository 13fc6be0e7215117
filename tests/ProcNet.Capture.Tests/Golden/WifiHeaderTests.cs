using ProcNet.Flows;
using ProcNet.Packets;
using Xunit;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Where IP begins in 802.11 frames, and what hostile ones do: nothing.</summary>
public sealed class WifiHeaderTests
{
    private static readonly byte[] s_ip = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0, 1, 0, 2, 0, 8, 0, 0];

    // A data frame to the access point (IEEE 802.11 9.3.2.1), then LLC and SNAP; a check sequence of four bytes at the end.
    private static readonly byte[] s_wifi =
    [
        0x08,
        0x01,
        0,
        0,
        .. new byte[18],
        0,
        0,
        0xAA,
        0xAA,
        3,
        0,
        0,
        0,
        0x08,
        0x00,
        .. s_ip,
        0,
        0,
        0,
        0,
    ];

    [Fact]
    public void A_wifi_header_is_thirty_two_bytes() => Assert.Equal(32, FindIPv4(LinkLayer.Ieee80211, s_wifi));

    [Fact]
    public void A_radiotap_header_stands_before_a_wifi_header() =>
        Assert.Equal(40, FindIPv4(LinkLayer.Ieee80211Radiotap, [0, 0, 8, 0, 0, 0, 0, 0, .. s_wifi]));

    [Fact]
    public void A_private_link_type_is_not_known() => Assert.False(LinkHeader.Knows((LinkLayer)147));

    [Theory]
    [InlineData(LinkLayer.Ieee80211)]
    [InlineData(LinkLayer.Ieee80211Radiotap)]
    [InlineData(LinkLayer.Ieee80211Prism)]
    [InlineData(LinkLayer.Ieee80211Avs)]
    internal void Hostile_bytes_never_throw_and_lead_nowhere_outside_the_frame(LinkLayer linkLayer)
    {
        var random = new Random(7);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] frame = new byte[random.Next(0, 80)];
            random.NextBytes(frame);

            bool isWhole = LinkHeader.TryParse(frame, linkLayer, 0, true, out ushort etherType, out int offset, out _);

            if (isWhole && etherType is LinkHeader.IPv4 or LinkHeader.IPv6)
            {
                Assert.InRange(offset, 0, frame.Length);
            }
        }
    }

    private static int FindIPv4(LinkLayer linkLayer, byte[] frame)
    {
        Assert.True(LinkHeader.TryParse(frame, linkLayer, 0, true, out ushort etherType, out int offset, out _));
        Assert.Equal(LinkHeader.IPv4, etherType);
        return offset;
    }
}
