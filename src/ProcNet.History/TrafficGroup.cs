using System.Net;

namespace ProcNet.History.Storage;

/// <summary>A row in the making: what its subjects have in common, and their sum.</summary>
internal sealed class TrafficGroup
{
    private readonly HistoryGrouping _grouping;
    private readonly HistoryIdentity _first;
    private readonly HistoryEndpoint? _endpoint;
    private long _serial = -1;
    private HistoryCounters _sum;

    /// <summary>Begins with a subject.</summary>
    public TrafficGroup(HistoryGrouping grouping, HistoryIdentity identity, HistoryEndpoint? endpoint)
    {
        _grouping = grouping;
        _first = identity;
        _endpoint = endpoint;
    }

    /// <summary>What it has summed.</summary>
    public HistoryCounters Sum => _sum;

    /// <summary>What tells subjects of different rows apart.</summary>
    public static object KeyOf(HistoryGrouping grouping, HistoryIdentity identity, HistoryEndpoint? endpoint)
    {
        if (identity.Category != TrafficCategory.Process && grouping < HistoryGrouping.Remote)
        {
            return identity.Category;
        }

        return grouping switch
        {
            HistoryGrouping.Process when identity.ProcessId is not null => (identity.ProcessId, identity.StartTime),
            HistoryGrouping.Process => identity,
            HistoryGrouping.Executable => (1, identity.Path ?? identity.Name),
            HistoryGrouping.Unit => (2, identity.Unit),
            HistoryGrouping.Slice => (3, identity.Slice),
            HistoryGrouping.User => (4, identity.UserName),
            HistoryGrouping.Container => (5, identity.Container),
            HistoryGrouping.Remote => (6, endpoint?.Address, endpoint?.HostName),
            HistoryGrouping.RemotePort => (7, endpoint?.Protocol, endpoint?.Port),
            HistoryGrouping.Protocol => (8, endpoint?.Protocol),
            _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, null),
        };
    }

    /// <summary>Adds what a subject sent and received.</summary>
    /// <param name="counters">How much.</param>
    /// <param name="serial">The number of the interval that rows are summed by: with another one, the sum begins anew.</param>
    /// <returns>Whether the sum began.</returns>
    public bool Add(in HistoryCounters counters, long serial)
    {
        bool isNew = serial != _serial;
        _sum = isNew ? counters : _sum.Beside(counters);
        _serial = serial;
        return isNew;
    }

    /// <summary>Makes the row.</summary>
    /// <param name="source">What counted the bytes.</param>
    /// <param name="timestamp">The end of the interval, local time.</param>
    /// <param name="duration">How much of it was measured.</param>
    public ProcessTraffic ToRow(TrafficSourceKind source, DateTime timestamp, TimeSpan duration)
    {
        bool isProcess = _grouping == HistoryGrouping.Process;
        return new ProcessTraffic
        {
            ProcessId = isProcess ? _first.ProcessId : null,
            ProcessName = isProcess || _grouping == HistoryGrouping.Executable ? _first.Name : null,
            UserName = isProcess || _grouping == HistoryGrouping.User ? _first.UserName : null,
            Path = isProcess || _grouping == HistoryGrouping.Executable ? _first.Path : null,
            ProcessStartTime = isProcess ? _first.StartTime?.ToLocalTime() : null,
            NetworkNamespace = isProcess ? _first.NetworkNamespace : null,
            Container = isProcess || _grouping == HistoryGrouping.Container ? _first.Container : null,
            SentBytes = _sum.SentBytes,
            ReceivedBytes = _sum.ReceivedBytes,
            SentPackets = _sum.SentPackets,
            ReceivedPackets = _sum.ReceivedPackets,
            FlowCount = _sum.FlowCount,
            Category = _first.Category,
            Evidence = _sum.Evidence,
            Source = source,
            Timestamp = timestamp,
            Duration = duration,
        };
    }
}
