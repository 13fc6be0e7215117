using ProcNet.Addresses;

namespace ProcNet.History;

/// <summary>The other end of an entry's traffic, where it is kept.</summary>
/// <param name="Address">Its address; null for traffic without one.</param>
/// <param name="Protocol">The protocol above IP.</param>
/// <param name="Port">Its port where it is a service's; 0 for one that a client was given for the occasion.</param>
internal readonly record struct HistoryEndpoint(AddressValue? Address, TransportProtocol Protocol, int Port);
