using System.Net;
using ProcNet.Addresses;
using ProcNet.Conntrack;
using ProcNet.Flows;
using Xunit;

namespace ProcNet.Tests.Conntrack;

/// <summary>The messages of ctnetlink, byte by byte as the kernel's header has them.</summary>
public sealed class ConntrackMessageTests
{
    private static readonly FiveTuple s_shown = End("192.0.2.1", 61000, "198.51.100.9", 443);

    [Fact]
    public void A_lookup_has_the_tuple_of_packets_to_the_end()
    {
        Span<byte> request = stackalloc byte[ConntrackMessage.LongestRequest];

        int length = ConntrackMessage.WriteGet(request, s_shown);

        Assert.Equal(
            "02000000" // AF_INET
                + "34000180" // CTA_TUPLE_ORIG, nested, 52 bytes
                + "14000180"
                + "08000100C6336409"
                + "08000200C0000201" // CTA_TUPLE_IP: source 198.51.100.9, destination 192.0.2.1
                + "1C000280"
                + "0500010006000000"
                + "0600020001BB0000"
                + "06000300EE480000", // CTA_TUPLE_PROTO: TCP, 443, 61000
            Convert.ToHexString(request[..length])
        );
    }

    [Fact]
    public void A_masqueraded_end_is_the_containers()
    {
        byte[] entry = Entry(Tuple("AC110002", "C6336409", "9C40", "01BB"), Tuple("C6336409", "C0000201", "01BB", "EE48"));

        Assert.True(ConntrackMessage.TryRead(entry, s_shown, out FiveTuple behind));
        Assert.Equal(End("172.17.0.2", 40000, "198.51.100.9", 443), behind);
    }

    [Fact]
    public void A_published_port_is_the_containers()
    {
        FiveTuple published = End("192.0.2.1", 8080, "203.0.113.5", 5000);
        byte[] entry = Entry(Tuple("CB007105", "C0000201", "1388", "1F90"), Tuple("AC110002", "CB007105", "0050", "1388"));

        Assert.True(ConntrackMessage.TryRead(entry, published, out FiveTuple behind));
        Assert.Equal(End("172.17.0.2", 80, "203.0.113.5", 5000), behind);
    }

    [Fact]
    public void What_is_not_translated_is_itself()
    {
        byte[] entry = Entry(Tuple("C0000201", "C6336409", "EE48", "01BB"), Tuple("C6336409", "C0000201", "01BB", "EE48"));

        Assert.True(ConntrackMessage.TryRead(entry, s_shown, out FiveTuple behind));
        Assert.Equal(s_shown, behind);
    }

    [Fact]
    public void An_entry_that_is_cut_or_anothers_is_none()
    {
        byte[] entry = Entry(Tuple("AC110002", "C6336409", "9C40", "01BB"), Tuple("C6336409", "C0000201", "01BB", "EE48"));
        for (int length = 0; length < entry.Length - 4; length++)
        {
            Assert.False(ConntrackMessage.TryRead(entry.AsSpan(0, length), s_shown, out _));
        }

        Assert.False(ConntrackMessage.TryRead(entry, End("192.0.2.1", 61001, "198.51.100.9", 443), out _));
    }

    [Fact]
    public void The_dump_asks_for_what_is_translated_at_both_ends()
    {
        Span<byte> request = stackalloc byte[ConntrackMessage.LongestRequest];

        int length = ConntrackMessage.WriteDumpOfTranslated(request);

        // Any family; CTA_STATUS and CTA_STATUS_MASK, each IPS_SRC_NAT and IPS_DST_NAT.
        Assert.Equal("00000000" + "0800030000000030" + "08001A0000000030", Convert.ToHexString(request[..length]));
    }

    [Fact]
    public void Of_an_entry_that_is_translated_at_both_ends_both_sockets_are_read()
    {
        // 172.17.0.2:40000 called 172.17.0.1:9000, which is 172.17.0.3:80, and shows itself there as 172.17.0.1:61000.
        byte[] entry = Entry(Tuple("AC110002", "AC110001", "9C40", "2328"), Tuple("AC110003", "AC110001", "0050", "EE48"));

        Assert.True(ConntrackMessage.TryReadTwiceTranslated(entry, out FiveTuple caller, out FiveTuple called));
        Assert.Equal(End("172.17.0.2", 40000, "172.17.0.1", 9000), caller);
        Assert.Equal(End("172.17.0.3", 80, "172.17.0.1", 61000), called);
    }

    [Fact]
    public void What_is_translated_at_one_end_only_is_left_out()
    {
        byte[] masqueraded = Entry(Tuple("AC110002", "C6336409", "9C40", "01BB"), Tuple("C6336409", "C0000201", "01BB", "EE48"));
        byte[] published = Entry(Tuple("CB007105", "C0000201", "1388", "1F90"), Tuple("AC110002", "CB007105", "0050", "1388"));

        Assert.False(ConntrackMessage.TryReadTwiceTranslated(masqueraded, out _, out _));
        Assert.False(ConntrackMessage.TryReadTwiceTranslated(published, out _, out _));
    }

    private static FiveTuple End(string local, int localPort, string remote, int remotePort) =>
        new(
            6,
            AddressValue.From(IPAddress.Parse(local)),
            (ushort)localPort,
            AddressValue.From(IPAddress.Parse(remote)),
            (ushort)remotePort
        );

    private static string Tuple(string source, string destination, string sourcePort, string destinationPort) =>
        $"1400018008000100{source}08000200{destination}1C000280050001000600000006000200{sourcePort}000006000300{destinationPort}0000";

    private static byte[] Entry(string original, string reply) =>
        Convert.FromHexString($"02000000" + $"34000180{original}" + $"34000280{reply}");
}
