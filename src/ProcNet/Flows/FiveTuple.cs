using ProcNet.Addresses;

namespace ProcNet.Flows;

/// <summary>A 5-tuple seen from one end.</summary>
/// <param name="Protocol">The IP protocol number.</param>
/// <param name="Local">The endpoint's address.</param>
/// <param name="LocalPort">Its port.</param>
/// <param name="Remote">The other endpoint's address.</param>
/// <param name="RemotePort">The other endpoint's port.</param>
internal readonly record struct FiveTuple(byte Protocol, AddressValue Local, ushort LocalPort, AddressValue Remote, ushort RemotePort);
