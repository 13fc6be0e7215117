using ProcNet.Flows;
using ProcNet.Linux;

namespace ProcNet.Conntrack;

/// <summary>What the kernel has translated (NAT) in one network namespace. One thread asks at a time.</summary>
internal interface IConntrackTable : IDisposable
{
    /// <summary>Asks what stands behind an endpoint of a conversation.</summary>
    /// <param name="shown">The end as its packets show it on an interface.</param>
    /// <param name="behind">The end as its socket knows it; the same where nothing is translated.</param>
    /// <returns>False where the kernel does not track the conversation.</returns>
    /// <exception cref="Linux.LinuxException">The kernel does not answer this user.</exception>
    bool TryFind(in FiveTuple shown, out FiveTuple behind);

    /// <summary>
    /// Reads what is translated at both ends (source and destination): between the two steps a bridge or a VRF shows packets that
    /// no entry has.
    /// </summary>
    /// <param name="take">Takes the socket's 5-tuple of who called, and of who was called.</param>
    /// <exception cref="Linux.LinuxException">The kernel does not answer this user.</exception>
    void ReadTwiceTranslated(Action<FiveTuple, FiveTuple> take);
}
