namespace ProcNet.Attribution;

/// <summary>What the rules found for one end of a conversation.</summary>
/// <param name="Category">Where the bytes are accounted.</param>
/// <param name="Evidence">How the owner was found.</param>
/// <param name="Socket">The socket; null where none is known.</param>
/// <param name="Owner">The process that gets the bytes; null unless the category is a process.</param>
internal readonly record struct OwnerMatch(
    TrafficCategory Category,
    OwnerEvidence Evidence,
    KnownSocket? Socket = null,
    SocketHolder? Owner = null
);
