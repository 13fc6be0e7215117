using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Sources.Recording;

namespace ProcNet.Sources;

/// <summary>How to capture live.</summary>
internal sealed record LiveCaptureOptions
{
    /// <summary>The interfaces to capture, by name, each opened singly.</summary>
    public required IReadOnlyList<LinkInterface> Interfaces { get; init; }

    /// <summary>
    /// Chooses, of all interfaces that there are by then, those to capture, so that what comes after the start is too; null
    /// captures nothing later.
    /// </summary>
    public Func<IReadOnlyList<LinkInterface>, IEnumerable<LinkInterface>>? Follow { get; init; }

    /// <summary>A filter expression (pcap-filter(7)); null for everything.</summary>
    public string? Filter { get; init; }

    /// <summary>How many bytes of each packet to copy; enough for the headers unless the packets are written to a file.</summary>
    public int SnapLength { get; init; } = HeaderSnapLength;

    /// <summary>Takes every packet, to write it to a file; null to keep none.</summary>
    public PacketRecorder? Recorder { get; init; }

    /// <summary>Is shown what packets carry; null where nobody asks.</summary>
    public IPayloadObserver? Payloads { get; init; }

    /// <summary>
    /// Whether an interface that cannot be captured (it went away or down, its link type is unknown) is left out with a notice.
    /// True of the default set; an interface that the user named is an error.
    /// </summary>
    public bool SkipUnusable { get; init; }

    /// <summary>
    /// The network namespace that the interfaces are in, as a path (<c>/proc/1234/ns/net</c>, <c>/run/netns/x</c>); null for the
    /// caller's.
    /// </summary>
    public string? NetworkNamespacePath { get; init; }

    /// <summary>
    /// Whether the observer is to hear of the first packets of conversations as they come. It costs a second handle for each interface and
    /// a wake for each connection; otherwise it hears of them some milliseconds later.
    /// </summary>
    public bool TellAtOnce { get; init; } = true;

    /// <summary>The bytes of each interface's ring; null to choose by the number of interfaces.</summary>
    public int? RingSize { get; init; }

    /// <summary>
    /// Ethernet 14 + two tags 8 + IPv6 40 + extension headers and ports: room for what the decoder reads.
    /// 256 costs the kernel the same as 96 (measured).
    /// </summary>
    public const int HeaderSnapLength = 256;

    /// <summary>
    /// What names are learned from: a ClientHello is less than 2 KiB, of which the card may make one packet, and an answer of a name server
    /// has 4 KiB at most unless it comes by TCP.
    /// </summary>
    public const int NameSnapLength = 4352;

    /// <summary>All of any packet: libpcap's own greatest snaplen (MAXIMUM_SNAPLEN).</summary>
    public const int FullSnapLength = 262144;
}
