using ProcNet.Flows;
using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>A socket as a table showed it at one moment.</summary>
/// <param name="NetworkNamespace">The namespace of the table.</param>
/// <param name="SeenAt">When, in microseconds since 1970 UTC.</param>
/// <param name="Row">What the table showed.</param>
internal readonly record struct SocketObservation(long NetworkNamespace, long SeenAt, SocketRow Row)
{
    /// <summary>
    /// The 5-tuple that the kernel gave this unconnected socket for, as it does with a packet: of several that share a port it
    /// chose this one.
    /// </summary>
    public FiveTuple? AnswerTo { get; init; }
}
