using System.Globalization;
using System.Net;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>Makes the rows that a user sees of attributed flows.</summary>
internal static class FlowRecords
{
    /// <summary>Makes a row.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="interfaceName">The interface that it was counted on.</param>
    /// <param name="source">What counted it.</param>
    /// <param name="interval">How long was measured.</param>
    /// <param name="timestamp">The end of that.</param>
    /// <param name="totals">What it is a part of.</param>
    /// <param name="names">Names remote ends; null where nobody asked for names.</param>
    /// <param name="countedOn">Of a duplicate: the interface whose observation counts; else null.</param>
    public static TrafficFlow ToRecord(
        in AttributedFlow flow,
        string interfaceName,
        TrafficSourceKind source,
        TimeSpan interval,
        DateTime timestamp,
        TrafficStatistics totals,
        NameLookup? names = null,
        string? countedOn = null
    )
    {
        // A file's times are the system clock's of then; those of now are ours.
        Func<long, DateTime> toLocalTime = source == TrafficSourceKind.Savefile ? Clock.ToLocalTime : Clock.ToLocalWall;
        bool hasEndpoints = flow.Key.Kind is FlowKind.Conversation or FlowKind.Fragment;
        bool isIcmp = flow.Key.Protocol is (byte)TransportProtocol.Icmp or (byte)TransportProtocol.IcmpV6;
        ProcessIdentity? process = flow.Match.Owner?.Process;
        (string? remoteName, NameEvidence nameEvidence) = names?.Find(flow) ?? default;
        bool hasPorts = hasEndpoints && ((TransportProtocol)flow.Key.Protocol).HasPorts();
        return new TrafficFlow
        {
            Protocol = hasEndpoints || flow.Key.Kind == FlowKind.Expired ? (TransportProtocol)flow.Key.Protocol : TransportProtocol.None,
            LocalAddress = hasEndpoints ? ToAddress(flow.LocalAddress, flow.Key) : null,
            LocalPort = hasEndpoints ? flow.LocalPort : 0,
            RemoteAddress = hasEndpoints ? ToAddress(flow.RemoteAddress, flow.Key) : null,
            RemotePort = hasEndpoints && !isIcmp ? flow.RemotePort : 0,
            LocalPortName = hasPorts ? names?.FindService((TransportProtocol)flow.Key.Protocol, flow.LocalPort) : null,
            RemotePortName = hasPorts ? names?.FindService((TransportProtocol)flow.Key.Protocol, flow.RemotePort) : null,
            RemoteHostName = remoteName,
            NameEvidence = nameEvidence,
            Interface = interfaceName,
            SentBytes = flow.SentBytes,
            ReceivedBytes = flow.ReceivedBytes,
            SentPackets = flow.SentPackets,
            ReceivedPackets = flow.ReceivedPackets,
            CreationTime = toLocalTime(flow.FirstSeen),
            LastPacketTime = toLocalTime(flow.LastSeen),
            Duration = TimeSpan.FromMicroseconds(flow.LastSeen - flow.FirstSeen),
            Category = flow.Match.Category,
            Evidence = flow.Match.Evidence,
            ProcessId = process?.Key.Id,
            ProcessName = process?.Name,
            UserName = process?.UserName,
            Inode = flow.Match.Socket?.Holders?.Inode,
            OwnerSince = flow.Match.Owner is { } owner ? toLocalTime(owner.FirstSeen) : null,
            SharedWith = DescribeHolders(flow.Match.Socket),
            NetworkNamespace = flow.NetworkNamespace,
            Container = process?.Container,
            CommandLine = process?.CommandLine,
            ParentId = process?.KnownParentId,
            Unit = process?.Unit,
            Slice = process?.Slice,
            Path = process?.ExecutablePath,
            ProcessStartTime = process?.StartTime,
            Reason =
                flow.Key.Kind == FlowKind.Expired ? CategoryReasons.OfExpired(flow.Conversations, flow.Match.Category)
                : flow.Key.Kind == FlowKind.TableFull && flow.RemoteAddress != default
                    ? CategoryReasons.OfOverflow(OverflowSums.Describe(flow.RemoteAddress))
                : CategoryReasons.Of(flow.Match, countedOn, flow.MayBeTranslated),
            Source = source,
            SentRate = RateOf.Bytes(flow.SentBytes, interval),
            ReceivedRate = RateOf.Bytes(flow.ReceivedBytes, interval),
            Timestamp = timestamp,
            Totals = totals,
        };
    }

    private static IPAddress ToAddress(AddressValue address, in FlowKey key) =>
        key.IsMapped ? address.ToIPAddress().MapToIPv6() : address.ToIPAddress();

    private static string? DescribeHolders(KnownSocket? socket) =>
        socket?.Holders is { All.Count: > 1 } holders
            ? string.Join(' ', holders.All.Select(holder => holder.Process.Key.Id.ToString(CultureInfo.InvariantCulture)))
            : null;
}
