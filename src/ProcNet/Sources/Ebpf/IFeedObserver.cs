using ProcNet.Flows;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// Is told of owners soon after they used a socket, while <c>/proc</c> may still show them. Called on the feed's thread; must not
/// throw.
/// </summary>
internal interface IFeedObserver
{
    /// <summary>A process used a socket.</summary>
    /// <param name="process">Which.</param>
    /// <param name="description">Who it was at that moment.</param>
    /// <param name="executable">What it ran, where its execve was seen.</param>
    void OnProcess(EbpfProcess process, in FeedProcess description, string? executable);

    /// <summary>A process was the first to send or receive on a socket.</summary>
    void OnFirstUser(ulong cookie, in FeedFirstUser first);
}
