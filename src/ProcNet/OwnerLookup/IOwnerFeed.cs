using ProcNet.Attribution;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Knows the process of a socket from the moment of its use: asked before descriptors are searched, and where the socket or
/// its process has gone. It watches from its making to its end. One thread asks at a time.
/// </summary>
internal interface IOwnerFeed : IDisposable
{
    /// <summary>
    /// Whether it sees who sends and receives. Without, it knows who made and connected sockets, and not who accepted
    /// them.
    /// </summary>
    bool SeesUse { get; }

    /// <summary>Whether it is to be read soon, so that it has room for more.</summary>
    bool IsFilling { get; }

    /// <summary>The uses since the last call, and those that go on.</summary>
    /// <param name="isInPassing">
    /// Whether nobody asks for owners now, and it only makes room: in a flood those of conversations of few packets are then left out,
    /// which the counting sums too.
    /// </param>
    IEnumerable<SocketUse> Read(bool isInPassing);
}
