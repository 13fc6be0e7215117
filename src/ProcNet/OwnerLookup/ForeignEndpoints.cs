using ProcNet.Flows;

namespace ProcNet.OwnerLookup;

/// <summary>A conversation, and which of its endpoints is to be asked for elsewhere than in the captured network namespace.</summary>
/// <param name="Key">The conversation.</param>
/// <param name="InterfaceIndex">The index of the interface that showed it; 0 where it is not known.</param>
/// <param name="Low">Whether its Low endpoint is.</param>
/// <param name="High">Whether its High endpoint is.</param>
internal readonly record struct ForeignEndpoints(FlowKey Key, int InterfaceIndex, bool Low, bool High)
{
    /// <summary>Whether any endpoint is.</summary>
    public bool Any => Low || High;
}
