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
    /// <summary>How many sums there are at most where nothing else is said.</summary>
    public const int DefaultMost = 65_536;

    /// <summary>The name of the sum of those processes that there was no room for.</summary>
    public const string OthersName = "(ended processes)";

    private static readonly ProcessIdentity s_others = new() { Key = default, Name = OthersName };
    private readonly Dictionary<Account, AttributedFlow> _sums = [];

    /// <summary>The sums, as rows of the summary.</summary>
    public IReadOnlyCollection<AttributedFlow> Rows => _sums.Values;

    /// <summary>Adds a conversation.</summary>
    /// <param name="added">The conversation.</param>
    /// <param name="most">With so many sums, those of further processes are one, under <see cref="OthersName"/>: memory has a
    /// bound.</param>
    public void Add(in AttributedFlow added, int most = DefaultMost)
    {
        AttributedFlow flow = added;
        if (_sums.Count >= most && flow.Match.Owner is not null && !_sums.ContainsKey(AccountOf(flow)))
        {
            flow = flow with { NetworkNamespace = null, Match = flow.Match with { Owner = new SocketHolder(s_others, flow.FirstSeen) } };
        }

        Account account = AccountOf(flow);
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

    private static Account AccountOf(in AttributedFlow flow) =>
        new(
            flow.Match.Owner?.Process.Key,
            flow.Match.Category,
            flow.Key.Protocol,
            flow.Key.Interface,
            flow.IsSecondView,
            flow.NetworkNamespace
        );

    private readonly record struct Account(
        ProcessKey? Process,
        TrafficCategory Category,
        byte Protocol,
        ushort Interface,
        bool IsSecondView,
        long? NetworkNamespace
    );
}
