namespace ProcNet;

/// <summary>What the kernel knows of a TCP connection (struct tcp_info): rows that nobody asked it for carry none of it.</summary>
internal sealed class TcpDetails
{
    /// <summary>The smoothed round trip time; null before the first measurement.</summary>
    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>How much it varies.</summary>
    public TimeSpan? RoundTripVariation { get; init; }

    /// <summary>The shortest of the last minutes.</summary>
    public TimeSpan? MinRoundTripTime { get; init; }

    /// <summary>Segments that were sent again, since the connection began.</summary>
    public long Retransmits { get; init; }

    /// <summary>How many segments may be under way.</summary>
    public long CongestionWindow { get; init; }

    /// <summary>The greatest segment that is sent, in bytes of payload.</summary>
    public int SegmentSize { get; init; }

    /// <summary>How fast the kernel lets segments go, in bytes per second; null where it does not pace.</summary>
    public double? PacingRate { get; init; }

    /// <summary>How fast the other end got them lately, in bytes per second; null where the kernel does not say.</summary>
    public double? DeliveryRate { get; init; }

    /// <summary>The algorithm that controls congestion.</summary>
    public string? CongestionControl { get; init; }
}
