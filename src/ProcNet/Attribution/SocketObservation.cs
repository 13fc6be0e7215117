using ProcNet.Sockets;

namespace ProcNet.Attribution;

/// <summary>A socket as a table showed it at one moment.</summary>
/// <param name="NetworkNamespace">The namespace of the table.</param>
/// <param name="SeenAt">When, in microseconds since 1970 UTC.</param>
/// <param name="Row">What the table showed.</param>
internal readonly record struct SocketObservation(long NetworkNamespace, long SeenAt, SocketRow Row);
