using System.Runtime.InteropServices;
using ProcNet.Addresses;

namespace ProcNet.History;

/// <summary>An interval's conversations, summed for each owner by the remote end.</summary>
internal sealed class EndpointTraffic
{
    // Clients are given ports from here on (net.ipv4.ip_local_port_range).
    private const int FirstClientPort = 32768;

    private readonly Dictionary<
        (int? ProcessId, DateTime? StartTime, TrafficCategory Category),
        Dictionary<HistoryEndpoint, HistoryCounters>
    > _byOwner = [];

    /// <summary>Sums.</summary>
    public EndpointTraffic(IReadOnlyList<TrafficFlow> flows)
    {
        foreach (TrafficFlow flow in flows)
        {
            if (flow.RemoteAddress is not { } address)
            {
                continue;
            }

            ref Dictionary<HistoryEndpoint, HistoryCounters>? endpoints = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _byOwner,
                (flow.ProcessId, flow.ProcessStartTime, flow.Category),
                out _
            );
            var endpoint = new HistoryEndpoint(AddressValue.From(address), flow.Protocol, ServicePort(flow));
            ref HistoryCounters sum = ref CollectionsMarshal.GetValueRefOrAddDefault(endpoints ??= [], endpoint, out bool isThere);
            var counters = new HistoryCounters(
                flow.SentBytes,
                flow.ReceivedBytes,
                flow.SentPackets,
                flow.ReceivedPackets,
                1,
                flow.Evidence
            );
            sum = isThere ? sum.Beside(counters) : counters;
        }
    }

    /// <summary>With whom the owner of a row had to do.</summary>
    public IReadOnlyCollection<KeyValuePair<HistoryEndpoint, HistoryCounters>> Of(ProcessTraffic row) =>
        _byOwner.TryGetValue(
            (row.ProcessId, row.ProcessStartTime, row.Category),
            out Dictionary<HistoryEndpoint, HistoryCounters>? endpoints
        )
            ? endpoints
            : [];

    /// <summary>The remote port where it is a service's: a client's says nothing, and is another one each time.</summary>
    private static int ServicePort(TrafficFlow flow) =>
        flow.RemotePort < FirstClientPort || (flow.LocalPort >= FirstClientPort && flow.RemotePort < flow.LocalPort) ? flow.RemotePort : 0;
}
