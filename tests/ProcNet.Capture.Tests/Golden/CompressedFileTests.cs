using System.Diagnostics;
using System.IO.Compression;
using Xunit;
using static ProcNet.Capture.Tests.Golden.Frames;
using static ProcNet.Capture.Tests.Golden.GoldenCapture;
using static ProcNet.Capture.Tests.Golden.PacketBuilder;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>Captures that were compressed: gzip and zstd are read, others named.</summary>
public sealed class CompressedFileTests
{
    private const string Expected = "Udp 192.0.2.1:5000 198.51.100.7:53 640000/20000 0/0 NoSocket";
    private const int Packets = 20_000;

    private static readonly byte[] s_pcap = MakePcap();

    [Fact]
    public void Gzip() => AssertRead(MakeGzip(s_pcap));

    [Fact]
    public void Gzip_in_several_members() => AssertRead([.. MakeGzip(s_pcap[..100_000]), .. MakeGzip(s_pcap[100_000..])]);

    [Fact]
    public void Zstd() => AssertRead(MakeZstd(s_pcap));

    [Fact]
    public void Zstd_in_several_frames() => AssertRead([.. MakeZstd(s_pcap[..100_000]), .. MakeZstd(s_pcap[100_000..])]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_is_cut_gives_the_packets_before_and_a_warning(bool isGzip)
    {
        byte[] compressed = isGzip ? MakeGzip(s_pcap) : MakeZstd(s_pcap);
        GoldenCapture capture = Read(path => File.WriteAllBytes(path, compressed[..(compressed.Length - 20)]), "pcap.gz");

        Assert.InRange(capture.Statistics.Packets, 1, Packets);
        Assert.Equal(NoticeKind.SavefileTruncated, Assert.Single(capture.Notices).Kind);
        capture.AssertBalanced();
    }

    [Theory]
    [InlineData("FD377A585A00", "xz", "xzcat")]
    [InlineData("425A68393141", "bzip2", "bzcat")]
    [InlineData("04224D186440", "lz4", "lz4cat")]
    [InlineData("4C5A49500100", "lzip", "lzip -dc")]
    [InlineData("377ABCAF271C", "7z", "7z x -so")]
    [InlineData("504B03041400", "zip", "unzip -p")]
    public void Others_are_named_with_the_command_that_unpacks_them(string magic, string name, string command)
    {
        byte[] file = [.. Convert.FromHexString(magic), .. new byte[64]];

        ProcNetException error = Assert.Throws<ProcNetException>(() => Read(path => File.WriteAllBytes(path, file), "pcap"));

        Assert.Equal(ProcNetError.NotACapture, error.Error);
        Assert.EndsWith($"' is compressed with {name}.", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{command} '", error.Remedy, StringComparison.Ordinal);
    }

    private static void AssertRead(byte[] file) => AssertTable(Expected, Read(path => File.WriteAllBytes(path, file), "pcap"), Packets);

    private static byte[] MakePcap()
    {
        var file = new SavefileBytes(false).PcapHeader(SavefileBytes.Microseconds, 1);
        byte[] frame = Ethernet(IPv4(Udp(5000, 53, 4), UdpProtocol));
        for (int i = 0; i < Packets; i++)
        {
            file.PcapPacket(1_700_000_000, (uint)i, frame);
        }

        return file.ToArray();
    }

    private static byte[] MakeGzip(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return into.ToArray();
    }

    /// <summary>By zstd(1); the test is of no use where the machine has none.</summary>
    private static byte[] MakeZstd(byte[] bytes)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zstd"), "zstd(1) is not installed");
        string path = TemporaryPath("raw");
        File.WriteAllBytes(path, bytes);
        try
        {
            using Process zstd = Process.Start(
                new ProcessStartInfo("/usr/bin/zstd", ["-q", "-c", path]) { RedirectStandardOutput = true }
            )!;
            using var into = new MemoryStream();
            zstd.StandardOutput.BaseStream.CopyTo(into);
            zstd.WaitForExit();
            return into.ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
