using System.Net;

namespace ProcNet;

/// <summary>
/// One conversation as this host sees it: a 5-tuple, what was sent and received, and who owns it.
/// A conversation between two sockets of this host gives two rows, one for each endpoint.
/// </summary>
public sealed class TrafficFlow
{
    /// <summary>The same as <see cref="ProcessId"/>, by the name that Stop-Process takes from the pipeline.</summary>
    public int? Id => ProcessId;

    /// <summary>The protocol above IP.</summary>
    public TransportProtocol Protocol { get; internal init; }

    /// <summary>The local address; of a forwarded conversation, the one that sent first. Null where the frame was not IP.</summary>
    public IPAddress? LocalAddress { get; internal init; }

    /// <summary>The local port (the identifier of ICMP echo); 0 where the protocol has none.</summary>
    public int LocalPort { get; internal init; }

    /// <summary>The remote address. Null where the frame was not IP.</summary>
    public IPAddress? RemoteAddress { get; internal init; }

    /// <summary>The remote port; 0 where the protocol has none.</summary>
    public int RemotePort { get; internal init; }

    /// <summary>
    /// The name of the remote end; of several, all of them with blanks between. Null where none was learned, or where -ResolveFromTraffic
    /// did not ask for names.
    /// </summary>
    public string? RemoteHostName { get; internal init; }

    /// <summary>How that name was learned.</summary>
    public NameEvidence NameEvidence { get; internal init; }

    /// <summary>What this machine's table of services calls the local port; null where it has none, or nobody asked for names.</summary>
    public string? LocalPortName { get; internal init; }

    /// <summary>What this machine's table of services calls the remote port; null where it has none, or nobody asked for names.</summary>
    public string? RemotePortName { get; internal init; }

    /// <summary>The name of the interface that the packets were counted on.</summary>
    public string? Interface { get; internal init; }

    /// <summary>Bytes sent from the local address, counted from the first byte of the IP header.</summary>
    public long SentBytes { get; internal init; }

    /// <summary>Bytes received by the local address, counted from the first byte of the IP header.</summary>
    public long ReceivedBytes { get; internal init; }

    /// <summary>Sent and received bytes together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Packets sent. A capture sees a segment that the network card cuts as one; the kernel feed counts as on the wire.</summary>
    public long SentPackets { get; internal init; }

    /// <summary>Packets received. A capture sees segments that the kernel merged as one; the kernel feed counts as on the wire.</summary>
    public long ReceivedPackets { get; internal init; }

    /// <summary>Bytes sent per second of the measurement or sample.</summary>
    public double SentRate { get; internal init; }

    /// <summary>Bytes received per second of the measurement or sample.</summary>
    public double ReceivedRate { get; internal init; }

    /// <summary>The end of the measurement or sample, local time.</summary>
    public DateTime Timestamp { get; internal init; }

    /// <summary>When the first packet was seen, local time.</summary>
    public DateTime CreationTime { get; internal init; }

    /// <summary>When the last packet was seen, local time.</summary>
    public DateTime LastPacketTime { get; internal init; }

    /// <summary>From the first packet to the last: the time that passed, also where the clocks were put forward or back between.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Where the bytes are accounted.</summary>
    public TrafficCategory Category { get; internal init; }

    /// <summary>How the owner was found.</summary>
    public OwnerEvidence Evidence { get; internal init; }

    /// <summary>The process that gets the bytes; null where none is known.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The name of that process, as Get-Process shows it.</summary>
    public string? ProcessName { get; internal init; }

    /// <summary>
    /// The name of the process, or, between brackets, why there is none: <c>[no socket]</c>, <c>[no holder]</c>, <c>[kernel]</c>,
    /// …
    /// </summary>
    public string Owner => OwnerText.Of(ProcessName, Category);

    /// <summary>The user of that process.</summary>
    public string? UserName { get; internal init; }

    /// <summary>The inode of the socket; null where no socket is known.</summary>
    public long? Inode { get; internal init; }

    /// <summary>Since when the owner is known to have held the socket, local time.</summary>
    public DateTime? OwnerSince { get; internal init; }

    /// <summary>All processes that hold the socket, as ids with blanks between; null where fewer than two do.</summary>
    public string? SharedWith { get; internal init; }

    /// <summary>The inode of the network namespace of the local endpoint; null where it is not known.</summary>
    public long? NetworkNamespace { get; internal init; }

    /// <summary>The container of the owner; null outside of one.</summary>
    public string? Container { get; internal init; }

    /// <summary>
    /// The command line of the process: its arguments with blanks between, at most 2048 characters; null where it is not
    /// known.
    /// </summary>
    public string? CommandLine { get; internal init; }

    /// <summary>The id of the parent, by the time the process was looked at; null where it is not known.</summary>
    public int? ParentId { get; internal init; }

    /// <summary>
    /// The systemd unit that the process belongs to (<c>ssh.service</c>; of a user's service manager, its own unit); null where
    /// there is none.
    /// </summary>
    public string? Unit { get; internal init; }

    /// <summary>The systemd slice of that unit (<c>system.slice</c>); null where there is none.</summary>
    public string? Slice { get; internal init; }

    /// <summary>The path of the executable, where it is readable.</summary>
    public string? Path { get; internal init; }

    /// <summary>
    /// When the process started, local time: (ProcessId, ProcessStartTime) names a process for good, since ids come
    /// back.
    /// </summary>
    public DateTime? ProcessStartTime { get; internal init; }

    /// <summary>
    /// A sentence that says why no process could be named, or what to know about the owner; null where there is nothing to
    /// say.
    /// </summary>
    public string? Reason { get; internal init; }

    /// <summary>The smoothed round trip time of a TCP connection, where -IncludeTcpInfo asked for it; null where there is none.</summary>
    public TimeSpan? RoundTripTime => Tcp?.RoundTripTime;

    /// <summary>How much the round trip time varies; see <see cref="RoundTripTime"/>.</summary>
    public TimeSpan? RoundTripVariation => Tcp?.RoundTripVariation;

    /// <summary>The shortest round trip time of the last minutes; see <see cref="RoundTripTime"/>.</summary>
    public TimeSpan? MinRoundTripTime => Tcp?.MinRoundTripTime;

    /// <summary>How many segments were sent again since the connection began; null where that was not asked for.</summary>
    public long? Retransmits => Tcp?.Retransmits;

    /// <summary>How many segments may be under way (cwnd); null where that was not asked for.</summary>
    public long? CongestionWindow => Tcp?.CongestionWindow;

    /// <summary>The greatest segment that is sent (MSS), in bytes of payload; null where that was not asked for.</summary>
    public int? SegmentSize => Tcp?.SegmentSize;

    /// <summary>
    /// How fast the kernel lets segments go, in bytes per second; null where it does not pace, or that was not asked
    /// for.
    /// </summary>
    public double? PacingRate => Tcp?.PacingRate;

    /// <summary>How fast the other end got segments lately, in bytes per second; null where the kernel does not say.</summary>
    public double? DeliveryRate => Tcp?.DeliveryRate;

    /// <summary>The algorithm that controls congestion (cubic, bbr); null where that was not asked for.</summary>
    public string? CongestionControl => Tcp?.CongestionControl;

    /// <summary>What counted the bytes.</summary>
    public TrafficSourceKind Source { get; internal init; }

    /// <summary>The totals of the measurement or sample that the row is of. Not among its properties, so it is not serialised.</summary>
    internal TrafficStatistics? Totals { get; init; }

    /// <summary>What the kernel knows of its TCP connection; null where nobody asked.</summary>
    internal TcpDetails? Tcp { get; private set; }

    /// <summary>This row with what the kernel knows of its TCP connection.</summary>
    internal TrafficFlow With(NetConnection connection)
    {
        var row = (TrafficFlow)MemberwiseClone();
        row.Tcp = connection.Tcp;
        return row;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        LocalAddress is null || RemoteAddress is null
            ? $"{Category} {TotalBytes} B"
            : $"{Protocol} {new IPEndPoint(LocalAddress, LocalPort)} {new IPEndPoint(RemoteAddress, RemotePort)} {TotalBytes} B";
}
