using System.IO.Compression;
using ProcNet.Linux;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Files that were compressed: gzip (RFC 1952) and zstd (RFC 8878) are read as they are, as tshark does, others are
/// named.
/// </summary>
internal static class CompressedFile
{
    /// <summary>How many bytes <see cref="Open"/> looks at.</summary>
    public const int MagicLength = 6;

    private static readonly (byte[] Magic, string Name, string Command)[] s_others =
    [
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "xz", "xzcat"),
        ([(byte)'B', (byte)'Z', (byte)'h'], "bzip2", "bzcat"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4", "lz4cat"),
        ([(byte)'L', (byte)'Z', (byte)'I', (byte)'P'], "lzip", "lzip -dc"),
        ([0x5D, 0, 0], "lzma", "xzcat"),
        ([0x1F, 0x9D], "compress", "zcat"),
        ([0x89, (byte)'L', (byte)'Z', (byte)'O', 0], "lzop", "lzop -dc"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x -so"),
        ([(byte)'P', (byte)'K', 3, 4], "zip", "unzip -p"),
    ];

    /// <summary>A stream of what a compressed one holds.</summary>
    /// <param name="first">The first bytes of the file.</param>
    /// <param name="file">The file, from its first byte on. Closed with the stream.</param>
    /// <returns>Null where the file is not compressed, or in a way that is not read here.</returns>
    /// <exception cref="DllNotFoundException">The library for it is not installed.</exception>
    public static Stream? Open(ReadOnlySpan<byte> first, Stream file) =>
        IsGzip(first) ? new GZipStream(file, CompressionMode.Decompress)
        : IsZstd(first) ? new ZstdReader(file)
        : null;

    /// <summary>Whether <see cref="Open"/> reads it.</summary>
    public static bool IsRead(ReadOnlySpan<byte> first) => IsGzip(first) || IsZstd(first);

    /// <summary>Why a compressed file cannot be read; null where it is not one.</summary>
    public static ProcNetException? Unread(string path, ReadOnlySpan<byte> first)
    {
        foreach ((byte[] magic, string name, string command) in s_others)
        {
            if (first.StartsWith(magic))
            {
                return Unread(path, name, command);
            }
        }

        return null;
    }

    /// <summary>zstd's library is not there.</summary>
    public static ProcNetException WithoutZstd(string path, Exception cause) =>
        Unread(path, "zstd, whose library (libzstd.so.1) is not installed", "zstdcat", cause);

    private static ProcNetException Unread(string path, string name, string command, Exception? cause = null) =>
        new(
            ProcNetError.NotACapture,
            $"The file '{path}' is compressed with {name}.",
            $"Unpack it on the way: {command} '{path}' | pwsh -c 'Get-TrafficFlow -Path /dev/stdin'",
            path,
            cause
        );

    private static bool IsGzip(ReadOnlySpan<byte> first) => first.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    // A frame, or one that is to be skipped (3.1.2), as pzstd begins with.
    private static bool IsZstd(ReadOnlySpan<byte> first) =>
        first.Length >= 4
        && (
            first.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            || (first[0] & 0xF0) == 0x50 && first[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18])
        );
}
