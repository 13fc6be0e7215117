using ProcNet.Addresses;

namespace ProcNet.Flows;

/// <summary>A 5-tuple seen from one end.</summary>
/// <param name="Protocol">The IP protocol number.</param>
/// <param name="Local">The end's address.</param>
/// <param name="LocalPort">Its port.</param>
/// <param name="Remote">The other end's address.</param>
/// <param name="RemotePort">The other end's port.</param>
internal readonly record struct ConversationEnd(
    byte Protocol, AddressValue Local, ushort LocalPort, AddressValue Remote, ushort RemotePort);
