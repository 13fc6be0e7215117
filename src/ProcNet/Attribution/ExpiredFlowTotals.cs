using System.Runtime.InteropServices;
using ProcNet.Flows;
using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>
/// The sums of conversations that were taken out of the table of a long measurement: one for each owner and protocol, so that they stay in
/// the totals and need no room. Their owners are resolved when they are added.
/// </summary>
internal sealed class ExpiredFlowTotals
{
    private readonly Dictionary<Account, AttributedFlow> _sums = [];

    /// <summary>The sums, as rows of the summary.</summary>
    public IReadOnlyCollection<AttributedFlow> Rows => _sums.Values;

    /// <summary>Adds a conversation.</summary>
    public void Add(in AttributedFlow flow)
    {
        var account = new Account(
            flow.Match.Owner?.Process.Key,
            flow.Match.Category,
            flow.Key.Protocol,
            flow.Key.Interface,
            flow.IsSecondView,
            flow.NetworkNamespace
        );
        ref AttributedFlow sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, account, out bool exists);
        sum = exists
            ? sum.Plus(flow) with
            {
                ExpiredConversations = sum.ExpiredConversations + 1,
            }
            : flow with
            {
                Key = FlowKey.Create(default, 0, default, 0, flow.Key.Protocol, FlowKind.Expired, flow.Key.Interface, out _),
                Generation = 0,
                ExpiredConversations = 1,
                // The socket is one of many, and would keep all that is known of it in memory.
                Match = flow.Match with
                {
                    Socket = null,
                },
                CountedOn = null,
            };
    }

    private readonly record struct Account(
        ProcessKey? Process,
        TrafficCategory Category,
        byte Protocol,
        ushort Interface,
        bool IsSecondView,
        long? NetworkNamespace
    );
}
