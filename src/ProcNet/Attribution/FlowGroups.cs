using System.Globalization;
using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>Which group a conversation is in. Every one is in exactly one.</summary>
internal static class FlowGroups
{
    /// <summary>The name of the group, and the category where the bytes are in it because they have no process.</summary>
    /// <param name="by">What to group by.</param>
    /// <param name="flow">The conversation.</param>
    /// <param name="interfaceName">The interface that it was counted on.</param>
    public static (string Name, TrafficCategory? Category) Of(TrafficGrouping by, in AttributedFlow flow, string interfaceName) =>
        by switch
        {
            TrafficGrouping.Interface => (interfaceName, null),
            TrafficGrouping.Remote or TrafficGrouping.RemotePort or TrafficGrouping.Protocol => OfConversation(by, flow),
            _ when flow.Match.Owner is { } owner => (OfProcess(by, owner.Process), null),
            _ => (OwnerText.Of(flow.Match.Category), flow.Match.Category),
        };

    private static string OfProcess(TrafficGrouping by, ProcessIdentity process) =>
        by switch
        {
            TrafficGrouping.Executable => process.ExecutablePath ?? process.Name,
            TrafficGrouping.Unit => process.Unit ?? GroupTraffic.NoUnit,
            TrafficGrouping.Slice => process.Slice ?? GroupTraffic.NoSlice,
            TrafficGrouping.User => process.UserName ?? GroupTraffic.UnknownUser,
            TrafficGrouping.Container => process.Container ?? GroupTraffic.NoContainer,
            _ => string.Create(CultureInfo.InvariantCulture, $"{process.Key.Id} {process.Name}"),
        };

    private static (string Name, TrafficCategory? Category) OfConversation(TrafficGrouping by, in AttributedFlow flow)
    {
        bool hasEndpoints = flow.Key.Kind is FlowKind.Conversation or FlowKind.Fragment;
        if (!hasEndpoints && flow.Key.Kind != FlowKind.Expired)
        {
            return (OwnerText.Of(flow.Match.Category), flow.Match.Category);
        }

        TransportProtocol protocol = (TransportProtocol)flow.Key.Protocol;
        return by switch
        {
            TrafficGrouping.Protocol => (protocol.ToString(), null),
            _ when !hasEndpoints => ("[expired]", null),
            TrafficGrouping.Remote => (flow.RemoteAddress.ToIPAddress().ToString(), null),
            _ when protocol.HasPorts() && flow.Key.Kind == FlowKind.Conversation => (
                flow.RemotePort.ToString(CultureInfo.InvariantCulture),
                null
            ),
            _ => (GroupTraffic.NoPort, null),
        };
    }
}
