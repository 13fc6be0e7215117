using System.Text;
using ProcNet.Names;

namespace ProcNet.Tests.Names;

/// <summary>What a ClientHello says, byte by byte.</summary>
public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("EXAMPLE.org.", "example.org")]
    [InlineData("xn--mnchen-3ya.example", "xn--mnchen-3ya.example")]
    [InlineData("192.0.2.1", null)]
    [InlineData("a b.example", null)]
    [InlineData("a\u001b[31m.example", null)]
    [InlineData("a<script>.example", null)]
    [InlineData("a..example", null)]
    [InlineData("", null)]
    public void Names_are_those_that_hosts_have(string sent, string? read) => Assert.Equal(read, Read(Hello((sent, 0))).ServerName);

    [Fact]
    public void A_name_of_254_characters_is_none() =>
        Assert.Null(Read(Hello((string.Join('.', Enumerable.Repeat(new string('a', 50), 5)) + ".", 0))).ServerName);

    [Fact]
    public void Without_a_name_there_is_none() => Assert.Null(Read(Hello((null, 43))).ServerName);

    [Fact]
    public void One_that_is_cut_behind_the_name_is_read_and_may_be_a_cover()
    {
        byte[] hello = Hello(("example.org", 0), (null, 43));
        Assert.True(ClientHello.TryRead(hello.AsSpan(5, hello.Length - 5 - 3), isLast: true, out ClientHello read));

        Assert.Equal(new ClientHello("example.org", HasEncryptedHello: true), read);
    }

    /// <summary>A record with a ClientHello of some extensions: the name of a server, or any other with four bytes.</summary>
    internal static byte[] Hello(params (string? Name, int Type)[] extensions)
    {
        byte[] list =
        [
            .. extensions.SelectMany(extension =>
            {
                byte[] name = Encoding.Latin1.GetBytes(extension.Name ?? "");
                byte[] data =
                    extension.Type == 0 ? [.. DnsBytes.Two(name.Length + 3), 0, .. DnsBytes.Two(name.Length), .. name] : [1, 2, 3, 4];
                return (byte[])[.. DnsBytes.Two(extension.Type), .. DnsBytes.Two(data.Length), .. data];
            }),
        ];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. DnsBytes.Two(list.Length), .. list];
        byte[] message = [1, 0, .. DnsBytes.Two(body.Length), .. body];
        return [22, 3, 1, .. DnsBytes.Two(message.Length), .. message];
    }

    private static ClientHello Read(byte[] record)
    {
        Assert.True(ClientHello.TryRead(record.AsSpan(5), isLast: false, out ClientHello hello));
        return hello;
    }
}
