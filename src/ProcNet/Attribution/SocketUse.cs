namespace ProcNet.Attribution;

/// <summary>A process that the kernel itself named as the user of a socket.</summary>
/// <param name="Socket">The socket, when it was first used.</param>
/// <param name="LastSeen">When it was last used, in microseconds since 1970 UTC.</param>
/// <param name="Owner">The process.</param>
/// <param name="Evidence">What that is worth.</param>
internal readonly record struct SocketUse(SocketSighting Socket, long LastSeen, SocketHolder Owner, OwnerEvidence Evidence);
