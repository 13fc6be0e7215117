using System.Net;
using System.Net.Sockets;

namespace ProcNet;

/// <summary>A row of the kernel's socket tables: it ties a 5-tuple to a socket's inode.</summary>
public sealed class NetConnection : IComparable
{
    /// <summary>The protocol of the socket.</summary>
    public TransportProtocol Protocol { get; internal init; }

    /// <summary>The address family of the socket. An IPv6 socket may carry IPv4: its addresses are then shown as IPv4.</summary>
    public AddressFamily AddressFamily { get; internal init; }

    /// <summary>The local address.</summary>
    public IPAddress LocalAddress { get; internal init; } = IPAddress.None;

    /// <summary>The local port; the identifier of an ICMP socket, the protocol number of a raw one. 0 to 65535.</summary>
    public int LocalPort { get; internal init; }

    /// <summary>The remote address; all zero where there is none.</summary>
    public IPAddress RemoteAddress { get; internal init; } = IPAddress.None;

    /// <summary>The remote port; 0 where there is none.</summary>
    public int RemotePort { get; internal init; }

    /// <summary>The state of the socket.</summary>
    public ConnectionState State { get; internal init; }

    /// <summary>The inode of the socket; 0 where no process holds it (TIME_WAIT, not yet accepted, orphaned).</summary>
    public long Inode { get; internal init; }

    /// <summary>The user id that owns the socket.</summary>
    public long UserId { get; internal init; }

    /// <summary>The name of the user that owns the socket, or the number where it has no name.</summary>
    public string? UserName { get; internal init; }

    /// <summary>Bytes that wait to be sent or confirmed; of a listening socket, the greatest length of its accept queue.</summary>
    public long SendQueueBytes { get; internal init; }

    /// <summary>
    /// Bytes received that the process has not read yet; of a listening socket, the connections that wait to be
    /// accepted.
    /// </summary>
    public long ReceiveQueueBytes { get; internal init; }

    /// <summary>The inode of the network namespace that the table belongs to; null for a saved table.</summary>
    public long? NetworkNamespace { get; internal init; }

    /// <summary>A process that holds the socket, where the owners were asked for; the lowest id where several do.</summary>
    public int? OwningProcess { get; internal init; }

    /// <summary>The name of <see cref="OwningProcess"/>, as Get-Process shows it, where the owners were asked for.</summary>
    public string? ProcessName { get; internal init; }

    /// <summary>
    /// All processes that hold the socket, as ids with blanks between, where the owners were asked for; null where fewer than two
    /// do.
    /// </summary>
    public string? SharedWith { get; internal init; }

    /// <summary>
    /// The command line of <see cref="OwningProcess"/>: its arguments with blanks between, at most 2048 characters; null where it
    /// is not known.
    /// </summary>
    public string? CommandLine { get; internal init; }

    /// <summary>The id of the parent, by the time that process was looked at; null where it is not known.</summary>
    public int? ParentId { get; internal init; }

    /// <summary>
    /// The systemd unit that process belongs to (<c>ssh.service</c>; of a user's service manager, its own unit); null where there
    /// is none.
    /// </summary>
    public string? Unit { get; internal init; }

    /// <summary>The systemd slice of that unit (<c>system.slice</c>); null where there is none.</summary>
    public string? Slice { get; internal init; }

    /// <summary>The path of the executable, where it is readable.</summary>
    public string? Path { get; internal init; }

    /// <summary>The container that the process runs in; null outside of one.</summary>
    public string? Container { get; internal init; }

    /// <summary>
    /// When the process started, local time: (ProcessId, ProcessStartTime) names a process for good, since ids come
    /// back.
    /// </summary>
    public DateTime? ProcessStartTime { get; internal init; }

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

    /// <summary>Where the row comes from: <c>sock_diag</c>, or the path of the table.</summary>
    public string Source { get; internal init; } = "";

    /// <summary>What stands behind the properties of a TCP connection; null where nobody asked.</summary>
    internal TcpDetails? Tcp { get; init; }

    /// <summary>
    /// Orders by network namespace and inode, or by 5-tuple where there is no inode: what Sort-Object and Compare-Object go
    /// by.
    /// </summary>
    /// <param name="obj">Another row, or null, which comes first.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public int CompareTo(object? obj) =>
        RowOrder.Compare(this, obj, static row => (row.NetworkNamespace, row.Inode, row.Inode == 0 ? row.ToString() : ""));

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Protocol} {new IPEndPoint(LocalAddress, LocalPort)} {new IPEndPoint(RemoteAddress, RemotePort)} {State}";
}
