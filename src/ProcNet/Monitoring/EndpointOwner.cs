using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>Who owns an end of a conversation.</summary>
/// <param name="IsLocal">Whether the end is this host's.</param>
/// <param name="Category">Where its bytes are accounted.</param>
/// <param name="Evidence">How the owner was found.</param>
/// <param name="Process">The owner; null where none is known.</param>
internal readonly record struct EndpointOwner(bool IsLocal, TrafficCategory Category, OwnerEvidence Evidence, RecordedProcess? Process);
