using System.Security.Cryptography;
using ProcNet.Names;
using ProcNet.Sources.Savefiles;
using ProcNet.Testing;

namespace ProcNet.Tests.Names;

/// <summary>The first packets of QUIC: of Chromium, and sealed here with the keys that RFC 9001 A.1 and RFC 9369 A.1 print.</summary>
public sealed class QuicInitialTests : IDisposable
{
    private static readonly byte[] s_connectionId = Convert.FromHexString("8394c8f03e515708");

    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void The_hello_of_Chromium_is_in_many_pieces_over_two_datagrams()
    {
        using var file = SavefileReader.Open(Repository.PathOf("tests/ProcNet.Tests/Fixtures/names/quic-of-chromium.pcap"), default);
        const int HeadersLength = 14 + 20 + 8;
        while (file.TryRead(out SavefilePacket packet))
        {
            _wire.Udp(Wire.Client, 40_000, Wire.Server, 443, packet.Frame[HeadersLength..].ToArray());
        }

        Assert.Equal(("q.test", NameEvidence.QuicSni), _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443, protocol: 17));
    }

    [Theory]
    [InlineData(1u, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2")]
    [InlineData(0x6B33_43CFu, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9")]
    public void The_keys_are_those_of_the_standards(uint version, string key, string nonce, string headerKey)
    {
        byte[] hello = ClientHelloTests.Hello(("example.org", 0))[5..];
        byte[] frames =
        [
            0,
            1,
            6,
            20,
            0x40,
            (byte)(hello.Length - 20),
            .. hello[20..],
            2,
            5,
            0,
            0,
            0,
            6,
            0,
            20,
            .. hello[..20],
            .. new byte[900],
        ];

        _wire.Udp(Wire.Client, 40_000, Wire.Server, 8443, Seal(version, key, nonce, headerKey, frames));

        Assert.Equal(("example.org", NameEvidence.QuicSni), _wire.NameOf(Wire.Client, 40_000, Wire.Server, 8443, protocol: 17));
        Assert.Null(_wire.NameOf(Wire.Server, 8443, Wire.Client, 40_000, protocol: 17).Name);
    }

    [Fact]
    public void One_that_was_changed_on_the_way_says_nothing()
    {
        byte[] hello = ClientHelloTests.Hello(("example.org", 0))[5..];
        byte[] packet = Seal(
            1,
            "1f369613dd76d5467730efcbe3b1a22d",
            "fa044b2f42a3fd3b46fb255c",
            "9f50449e04a0e810283a1e9933adedd2",
            [6, 0, (byte)hello.Length, .. hello, .. new byte[900]]
        );
        packet[^1] ^= 1;

        _wire.Udp(Wire.Client, 40_000, Wire.Server, 443, packet);

        Assert.Null(_wire.NameOf(Wire.Client, 40_000, Wire.Server, 443, protocol: 17).Name);
    }

    private static byte[] Seal(uint version, string key, string nonce, string headerKey, byte[] frames)
    {
        int length = 4 + frames.Length + 16;
        byte first = (byte)(0xC0 | (version == 1 ? 0 : 0x10) | 3);
        byte[] head =
        [
            first,
            .. DnsBytes.Two((int)(version >> 16)),
            .. DnsBytes.Two((int)(version & 0xFFFF)),
            (byte)s_connectionId.Length,
            .. s_connectionId,
            0,
            0,
            .. DnsBytes.Two(0x4000 | length),
            0,
            0,
            0,
            2,
        ];
        byte[] iv = Convert.FromHexString(nonce);
        iv[^1] ^= 2;
        byte[] sealedFrames = new byte[frames.Length];
        byte[] tag = new byte[16];
        using (AesGcm cipher = new(Convert.FromHexString(key), 16))
        {
            cipher.Encrypt(iv, frames, sealedFrames, tag, head);
        }

        byte[] packet = [.. head, .. sealedFrames, .. tag];
        using Aes aes = Aes.Create();
        aes.Key = Convert.FromHexString(headerKey);
        byte[] mask = aes.EncryptEcb(packet.AsSpan(head.Length, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (int i = 0; i < 4; i++)
        {
            packet[head.Length - 4 + i] ^= mask[1 + i];
        }

        return packet;
    }
}
