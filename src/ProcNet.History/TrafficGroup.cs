using System.Globalization;
using ProcNet.Attribution;

namespace ProcNet.History.Storage;

/// <summary>A row in the making: what its subjects have in common, and their sum.</summary>
/// <param name="grouping">What rows are summed by.</param>
/// <param name="first">A subject of the row.</param>
/// <param name="firstEnd">With whom that subject had to do.</param>
internal sealed class TrafficGroup(TrafficGrouping grouping, HistoryIdentity first, HistoryEndpoint? firstEnd)
{
    private readonly HashSet<(int?, DateTime?)> _processes = [];
    private long _serial = -1;

    /// <summary>What it has summed.</summary>
    public HistoryCounters Sum { get; private set; }

    /// <summary>What tells subjects of different rows apart.</summary>
    public static object KeyOf(TrafficGrouping grouping, HistoryIdentity identity, HistoryEndpoint? endpoint) =>
        grouping != TrafficGrouping.Process ? NameOf(grouping, identity, endpoint)
        : identity.ProcessId is not null ? (identity.ProcessId, identity.StartTime)
        : identity.Category;

    /// <summary>Adds what a subject sent and received.</summary>
    /// <param name="identity">The subject.</param>
    /// <param name="counters">How much.</param>
    /// <param name="serial">The number of the interval that rows are summed by: with another one, the sum begins anew.</param>
    /// <returns>Whether the sum began.</returns>
    public bool Add(HistoryIdentity identity, in HistoryCounters counters, long serial)
    {
        bool isNew = serial != _serial;
        if (isNew)
        {
            _processes.Clear();
        }

        if (identity.ProcessId is not null)
        {
            _processes.Add((identity.ProcessId, identity.StartTime));
        }

        Sum = isNew ? counters : Sum.Beside(counters);
        _serial = serial;
        return isNew;
    }

    /// <summary>Makes the row: a ProcessTraffic, or a GroupTraffic.</summary>
    /// <param name="timestamp">The end of the interval, local time.</param>
    /// <param name="duration">How much of it was measured.</param>
    /// <param name="source">What counted the bytes.</param>
    public object ToRow(DateTime timestamp, TimeSpan duration, TrafficSourceKind source) =>
        grouping == TrafficGrouping.Process
            ? new ProcessTraffic
            {
                ProcessId = first.ProcessId,
                ProcessName = first.Name,
                UserName = first.UserName,
                Path = first.Path,
                CommandLine = first.CommandLine,
                Unit = first.Unit,
                Slice = first.Slice,
                Container = first.Container,
                ProcessStartTime = first.StartTime?.ToLocalTime(),
                NetworkNamespace = first.NetworkNamespace,
                SentBytes = Sum.SentBytes,
                ReceivedBytes = Sum.ReceivedBytes,
                SentPackets = Sum.SentPackets,
                ReceivedPackets = Sum.ReceivedPackets,
                FlowCount = Sum.FlowCount,
                Category = first.Category,
                Evidence = Sum.Evidence,
                Reason = CategoryReasons.Of(first.Category),
                Source = source,
                Timestamp = timestamp,
                Duration = duration,
            }
            : new GroupTraffic
            {
                GroupBy = grouping,
                Group = NameOf(grouping, first, firstEnd),
                Category = HasCategory ? first.Category : null,
                ProcessCount = _processes.Count,
                SentBytes = Sum.SentBytes,
                ReceivedBytes = Sum.ReceivedBytes,
                SentPackets = Sum.SentPackets,
                ReceivedPackets = Sum.ReceivedPackets,
                FlowCount = Sum.FlowCount,
                Evidence = Sum.Evidence,
                Reason = HasCategory ? CategoryReasons.Of(first.Category) : null,
                Source = source,
                Timestamp = timestamp,
                Duration = duration,
            };

    private bool HasCategory => first.Category != TrafficCategory.Process && !(IsByEndpoint(grouping) && firstEnd is not null);

    private static bool IsByEndpoint(TrafficGrouping grouping) =>
        grouping is TrafficGrouping.Remote or TrafficGrouping.RemotePort or TrafficGrouping.Protocol;

    // As Attribution's FlowGroups names them.
    private static string NameOf(TrafficGrouping grouping, HistoryIdentity identity, HistoryEndpoint? endpoint) =>
        IsByEndpoint(grouping) && endpoint is { } end ? NameOf(grouping, end)
        : identity.Category != TrafficCategory.Process ? OwnerText.Of(identity.Category)
        : grouping switch
        {
            TrafficGrouping.Executable => identity.Path ?? identity.Name ?? "",
            TrafficGrouping.Unit => identity.Unit ?? GroupTraffic.NoUnit,
            TrafficGrouping.Slice => identity.Slice ?? GroupTraffic.NoSlice,
            TrafficGrouping.User => identity.UserName ?? GroupTraffic.UnknownUser,
            TrafficGrouping.Container => identity.Container ?? GroupTraffic.NoContainer,
            _ => GroupTraffic.NotKept,
        };

    private static string NameOf(TrafficGrouping grouping, in HistoryEndpoint endpoint) =>
        grouping switch
        {
            TrafficGrouping.Remote => endpoint.Address?.ToIPAddress().ToString() ?? GroupTraffic.NotKept,
            TrafficGrouping.Protocol => endpoint.Protocol.ToString(),
            _ when endpoint.Port > 0 => endpoint.Port.ToString(CultureInfo.InvariantCulture),
            _ => endpoint.Protocol.HasPorts() ? GroupTraffic.ClientPort : GroupTraffic.NoPort,
        };
}
