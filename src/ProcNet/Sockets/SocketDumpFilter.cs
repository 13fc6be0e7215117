namespace ProcNet.Sockets;

/// <summary>What the kernel leaves out of a dump by itself, so that fewer rows cross over. The default is everything.</summary>
/// <param name="StateMask">One bit for each <see cref="ConnectionState"/> wanted (<c>1 &lt;&lt; state</c>); 0 for all.</param>
/// <param name="LocalPort">The one local port wanted; 0 for all.</param>
/// <param name="RemotePort">The one remote port wanted; 0 for all.</param>
/// <param name="HasDetails">Whether it is to add what it knows of TCP connections.</param>
internal readonly record struct SocketDumpFilter(uint StateMask, ushort LocalPort, ushort RemotePort, bool HasDetails = false);
