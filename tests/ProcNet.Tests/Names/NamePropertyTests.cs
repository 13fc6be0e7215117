using CsCheck;
using ProcNet.Names;

namespace ProcNet.Tests.Names;

/// <summary>Whatever bytes arrive, nothing throws, nothing hangs, and no name has a character that names have not.</summary>
public sealed class NamePropertyTests
{
    private static readonly byte[] s_hello = Wire.HelloOfOpenSsl("example.org");

    private static readonly Gen<byte[]> s_seed = Gen.OneOfConst(
        DnsBytes.Query(7, "example.org"),
        DnsBytes.Answer(
            7,
            "example.org",
            DnsBytes.A,
            DnsBytes.Alias("example.org", "a.example"),
            DnsBytes.Record([0xC0, 12], DnsBytes.A, 60, [192, 0, 2, 1]),
            DnsBytes.Record([0xC0, 40], DnsBytes.Cname, 60, [0xC0, 12])
        ),
        s_hello,
        ClientHelloTests.Hello(("example.org", 0), (null, 0xFE0D)),
        [0xC3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x00, .. new byte[1024]]
    );

    private static readonly Gen<byte[]> s_bytes = Gen.Frequency(
        (1, Gen.Byte.Array[0, 200]),
        (
            4,
            from seed in s_seed
            from flips in Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 8]
            from cut in Gen.Int[0, 1500]
            select Mutate(seed, flips, cut)
        )
    );

    private static readonly Gen<(byte[] Bytes, int Port, bool IsTcp, bool IsBack, uint Sequence, byte Flags)> s_packet =
        from bytes in s_bytes
        from port in Gen.OneOfConst(53, 443, 8443)
        from isTcp in Gen.Bool
        from isBack in Gen.Bool
        from sequence in Gen.UInt[0, 2000]
        from flags in Gen.OneOfConst<byte>(2, 16, 18, 24, 1, 4)
        select (bytes, port, isTcp, isBack, sequence, flags);

    [Fact]
    public void Any_packets() =>
        s_packet
            .Array[1, 40]
            .Sample(
                packets =>
                {
                    using Wire wire = new();
                    foreach ((byte[] bytes, int port, bool isTcp, bool isBack, uint sequence, byte flags) in packets)
                    {
                        (string source, int sourcePort, string destination, int destinationPort) = isBack
                            ? (Wire.Server, port, Wire.Client, 40_000)
                            : (Wire.Client, 40_000, Wire.Server, port);
                        if (isTcp)
                        {
                            wire.Tcp(source, sourcePort, destination, destinationPort, sequence, bytes, flags);
                        }
                        else
                        {
                            wire.Udp(source, sourcePort, destination, destinationPort, bytes);
                        }
                    }

                    foreach (int port in (int[])[53, 443, 8443])
                    {
                        AssertFit(wire.NameOf(Wire.Client, 40_000, Wire.Server, port).Name);
                        AssertFit(wire.NameOf(Wire.Client, 40_000, Wire.Server, port, protocol: 17).Name);
                    }
                },
                iter: 5_000
            );

    [Fact]
    public void A_stream_is_what_was_sent_in_whatever_parts_it_comes() =>
        Gen.Select(Gen.Byte.Array[1, 300], Gen.Select(Gen.Int[0, 299], Gen.Int[1, 60]).Array[1, 64])
            .Sample(
                (sent, parts) =>
                {
                    StreamPrefix prefix = new(200);
                    bool[] seen = new bool[sent.Length];
                    foreach ((int begin, int length) in parts.Where(part => part.Item1 < sent.Length))
                    {
                        int end = Math.Min(sent.Length, begin + length);
                        prefix.Add(begin, sent.AsSpan(begin, end - begin));
                        Array.Fill(seen, true, begin, end - begin);
                    }

                    int expected = Math.Min(200, Array.IndexOf(seen, false) is >= 0 and int gap ? gap : sent.Length);
                    Assert.Equal(sent[..expected], prefix.Bytes.ToArray());
                },
                iter: 5_000
            );

    private static void AssertFit(string? name) =>
        Assert.True(
            name is null || name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.' or ' '),
            name
        );

    private static byte[] Mutate(byte[] seed, (int Place, byte Value)[] flips, int cut)
    {
        byte[] bytes = [.. seed.Take(Math.Max(cut, 1))];
        foreach ((int place, byte value) in flips)
        {
            bytes[place % bytes.Length] = value;
        }

        return bytes;
    }
}
