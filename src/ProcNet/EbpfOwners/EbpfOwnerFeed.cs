using System.Net.Sockets;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.OwnerLookup;
using ProcNet.Sockets;

namespace ProcNet.EbpfOwners;

/// <summary>The kernel feed beside a capture: its counts are left aside, its owners are taken.</summary>
internal sealed class EbpfOwnerFeed : IOwnerFeed
{
    // What was used this long before the last call may have been learned of late.
    private const long OverlapMicroseconds = 2_000_000;

    // What was told of may go: one that speaks again is told of again.
    private const long SilentMicroseconds = 500_000;
    private const double FullEnough = 0.125;

    // A flood of new conversations leaves nothing that may go: to read it often would only cost.
    private const long LeastBetweenReadingsMicroseconds = 300_000;
    private const long MostBetweenReadingsMicroseconds = 8_000_000;

    private readonly EbpfMeasurement _kernel;
    private readonly long _ownNamespace = Linux.Namespaces.NetworkNamespace.ReadOwnInode();
    private long _readAt = long.MinValue / 2;
    private long _wholeReadAt = long.MinValue / 2;
    private long _betweenReadings = LeastBetweenReadingsMicroseconds;

    private EbpfOwnerFeed(EbpfMeasurement kernel) => _kernel = kernel;

    /// <inheritdoc/>
    public bool SeesUse => _kernel.SeesUse;

    /// <inheritdoc/>
    public bool IsFilling => IsFull && Clock.Now - _readAt >= _betweenReadings;

    private bool IsFull => _kernel.Source.Fullness >= FullEnough || _kernel.Owners.IsFilling;

    /// <summary>Loads it and begins to watch; null where the kernel or the user has none.</summary>
    /// <param name="notify">Takes notices, on the feed's thread.</param>
    /// <param name="seesUse">False leaves out what sees sends and receives.</param>
    public static EbpfOwnerFeed? TryStart(Action<Notice> notify, bool seesUse = true)
    {
        EbpfMeasurement? kernel = null;
        try
        {
            kernel = EbpfMeasurement.Open(seesUse, isBesideCapture: true);
            kernel.Owners.Start();
            kernel.Source.Start(null, notice => notify(Beside(notice)));
            kernel.Owners.OnSourceStarted();
            return new EbpfOwnerFeed(kernel);
        }
        catch (Exception failure)
        {
            kernel?.Source.Dispose();
            kernel?.Owners.Dispose();
            if (failure is ProcNetException { Error: ProcNetError.KernelFeedUnavailable })
            {
                // Test-ProcNet says why.
                return null;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<SocketUse> Read(bool isInPassing)
    {
        bool leavesFew = isInPassing && _kernel.Source.IsFlooded;
        long since = (leavesFew ? _readAt : _wholeReadAt) - OverlapMicroseconds;
        FlowSnapshot snapshot = _kernel.Source.SnapshotSince(since, leavesFew);
        List<AttributedFlow> rows = _kernel.Owners.Attribute(snapshot, since);
        _readAt = snapshot.TakenAt;
        _wholeReadAt = leavesFew ? _wholeReadAt : _readAt;
        MakeRoom(snapshot.TakenAt);
        return ToUses(rows);
    }

    private IEnumerable<SocketUse> ToUses(List<AttributedFlow> rows)
    {
        foreach (AttributedFlow row in rows)
        {
            if (
                row.Match.Owner is { } owner
                && row.Key.Kind is FlowKind.Conversation or FlowKind.NotIP
                && IsCertain(row)
                && IsOfKnownNamespace(row)
            )
            {
                yield return new SocketUse(
                    Observation(row),
                    row.LastSeen,
                    owner,
                    row.Match.Evidence & ~OwnerEvidence.OtherNamespace,
                    row.TotalBytes,
                    row.SentBytes
                )
                {
                    SentPackets = row.SentPackets,
                    ReceivedPackets = row.ReceivedPackets,
                    IsOfPacketSocket = row.Key.Kind == FlowKind.NotIP,
                    IsOfHostsNamespace = row.IsHostsNamespace,
                };
            }
        }
    }

    /// <summary>
    /// A socket whose namespace nobody knows is not taken for one of the host's: any user can make one in a namespace of his
    /// own.
    /// </summary>
    private bool IsOfKnownNamespace(in AttributedFlow row) => row.NetworkNamespace is not null || !_kernel.KnowsNamespaces;

    /// <summary>Who made the listener need not be who accepted: where no use is seen, descriptors know better.</summary>
    private bool IsCertain(in AttributedFlow row) => SeesUse || (row.Match.Evidence & OwnerEvidence.ListeningSocket) == 0;

    /// <summary>A long capture: what is over was told of, and its counts are of no interest here.</summary>
    private void MakeRoom(long now)
    {
        long silentSince = now - SilentMicroseconds;
        if (IsFull)
        {
            _kernel.Source.Drop(silentSince);
        }

        if (_kernel.Owners.IsFilling)
        {
            _kernel.Owners.Forget(_kernel.Source.Snapshot(), silentSince);
        }

        _betweenReadings = IsFull ? Math.Min(_betweenReadings * 2, MostBetweenReadingsMicroseconds) : LeastBetweenReadingsMicroseconds;
    }

    /// <summary>The capture counts: what the feed has no room for lacks an owner, and no bytes.</summary>
    private static Notice Beside(Notice notice) =>
        notice.Kind == NoticeKind.TableFull
            ? notice with
            {
                Message = "More conversations at once than the kernel feed holds: some may lack their process.",
            }
            : notice;

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernel.Source.Dispose();
        _kernel.Owners.Dispose();
    }

    private SocketObservation Observation(in AttributedFlow row)
    {
        bool isIcmp = row.Key.Protocol is (byte)TransportProtocol.Icmp or (byte)TransportProtocol.IcmpV6;
        return new SocketObservation(
            row.NetworkNamespace ?? _ownNamespace,
            row.FirstSeen,
            new SocketRow
            {
                Protocol = (TransportProtocol)row.Key.Protocol,
                Family = row.LocalAddress.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
                Local = row.LocalAddress,
                LocalPort = row.LocalPort,
                Remote = row.RemoteAddress,
                RemotePort = isIcmp ? (ushort)0 : row.RemotePort,
                Cookie = row.Cookie,
            }
        );
    }
}
