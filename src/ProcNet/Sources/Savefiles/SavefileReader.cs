using System.Buffers.Binary;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Reads the packets of a pcap or pcapng file. Our own, because libpcap refuses a pcapng whose interfaces differ in link type,
/// which is what a capture on every interface of a host with a tunnel is; and because it costs half as much per packet.
/// </summary>
internal abstract class SavefileReader : IDisposable
{
    // What libpcap takes for the greatest sensible capture length (MAXIMUM_SNAPLEN), times what super-packets need.
    private protected const int MaxCapturedLength = 1 << 24;

    private readonly List<SavefileInterface> _interfaces = [];

    private protected SavefileReader(SavefileBuffer buffer, string path)
    {
        Buffer = buffer;
        Path = path;
    }

    /// <summary>The interfaces declared so far.</summary>
    public IReadOnlyList<SavefileInterface> Interfaces => _interfaces;

    /// <summary>Where and how the file broke off or is damaged; null while it is whole.</summary>
    public string? Damage { get; private protected set; }

    /// <summary>How many packets so far say that they were longer on the wire than any can be.</summary>
    public long ImpossibleLengths { get; private set; }

    /// <summary>Packets that the capturing system says it dropped.</summary>
    public long DroppedPackets { get; private protected set; }

    /// <summary>Packets that it says the interfaces dropped.</summary>
    public long InterfaceDroppedPackets { get; private protected set; }

    /// <summary>What the file says of owners.</summary>
    public SavefileOwners Owners { get; } = new();

    private protected SavefileBuffer Buffer { get; }

    private protected string Path { get; }

    /// <summary>Opens a file and reads its first header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the waiting for somebody who writes a pipe; of all the reading.</param>
    /// <exception cref="ProcNetException">It does not exist, cannot be read, is empty, or is not a capture.</exception>
    public static SavefileReader Open(string path, CancellationToken cancellation = default)
    {
        SavefileBuffer buffer = OpenBuffer(path, cancellation);
        try
        {
            if (buffer.IsAtEnd)
            {
                throw new ProcNetException(
                    ProcNetError.FileEmpty,
                    $"The file '{path}' is empty.",
                    "Give a pcap or pcapng file that holds packets.",
                    path
                );
            }

            Unpack(buffer, path);
            if (!buffer.TryPeek(4, out ReadOnlySpan<byte> magic))
            {
                throw NotACapture(path);
            }

            return BinaryPrimitives.ReadUInt32LittleEndian(magic) == PcapNgReader.SectionHeader
                ? new PcapNgReader(buffer, path)
                : new PcapReader(buffer, path);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next packet.</summary>
    /// <returns>False at the end, and where the file is cut or damaged: see <see cref="Damage"/>.</returns>
    public abstract bool TryRead(out SavefilePacket packet);

    /// <inheritdoc/>
    public void Dispose()
    {
        Buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static ProcNetException NotACapture(string path) =>
        new(
            ProcNetError.NotACapture,
            $"The file '{path}' is not a pcap or pcapng capture.",
            "Give a file that tcpdump -w, dumpcap, Wireshark or Start-TrafficCapture -Path wrote, as it is or compressed with gzip or zstd.",
            path
        );

    private protected void Declare(SavefileInterface declared) => _interfaces.Add(declared);

    /// <summary>How long a packet was on the wire; of one that says nonsense, what was captured of it.</summary>
    private protected int WireLength(uint said, uint captured)
    {
        if (said <= int.MaxValue)
        {
            return (int)Math.Max(said, captured);
        }

        ImpossibleLengths++;
        return (int)captured;
    }

    /// <summary>Notes, at the end of the file, where it ends in the middle of something.</summary>
    private protected void EndAt(long offset)
    {
        if (!Buffer.IsAtEnd || Buffer.IsBroken)
        {
            CutAt(offset);
        }
    }

    private protected void CutAt(long offset) =>
        Damage = $"The file '{Path}' ends in the middle of a packet, at byte {offset}: the whole packets before it are counted.";

    private protected void DamagedAt(long offset) =>
        Damage = $"The file '{Path}' is damaged at byte {offset}: the whole packets before it are counted.";

    private static void Unpack(SavefileBuffer buffer, string path)
    {
        if (!buffer.TryPeek(CompressedFile.MagicLength, out ReadOnlySpan<byte> first))
        {
            return;
        }

        if (CompressedFile.Unread(path, first) is { } unread)
        {
            throw unread;
        }

        if (CompressedFile.IsRead(first))
        {
            byte[] magic = first.ToArray();
            try
            {
                buffer.Unpack(file => CompressedFile.Open(magic, file)!);
            }
            catch (DllNotFoundException e)
            {
                throw CompressedFile.WithoutZstd(path, e);
            }
        }
    }

    private static SavefileBuffer OpenBuffer(string path, CancellationToken cancellation)
    {
        try
        {
            return new SavefileBuffer(path, cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ProcNetException(ProcNetError.FileNotFound, $"The file '{path}' does not exist.", "Check the path.", path, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException && Directory.Exists(path))
        {
            throw new ProcNetException(
                ProcNetError.FileAccessDenied,
                $"'{path}' is a folder.",
                "Give the path of a file in it, or wildcards (*.pcapng).",
                path,
                e
            );
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ProcNetException(
                ProcNetError.FileAccessDenied,
                $"The file '{path}' cannot be read: {e.Message}",
                "Give a file that this user may read.",
                path,
                e
            );
        }
    }
}
