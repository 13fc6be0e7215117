using ProcNet.Attribution;

namespace ProcNet.Monitoring;

/// <summary>
/// Knows the process of a socket from the moment of its use: asked before descriptors are searched, and where the socket or
/// its process has gone. One thread asks at a time.
/// </summary>
internal interface IOwnerFeed : IDisposable
{
    /// <summary>Begins to watch.</summary>
    /// <returns>Whether it does; else it is of no use and the search goes on without.</returns>
    bool TryStart();

    /// <summary>The uses since the last call, and those that go on.</summary>
    IReadOnlyList<SocketUse> Read();
}
