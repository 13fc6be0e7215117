namespace ProcNet.Processes;

/// <summary>A file descriptor that is a socket: <c>/proc/&lt;pid&gt;/fd/N</c> that links to <c>socket:[inode]</c>.</summary>
/// <param name="FileDescriptor">Its number in the process.</param>
/// <param name="Inode">The inode of the socket.</param>
/// <param name="NetworkNamespace">The inode of its network namespace; 0 where it was not asked for.</param>
internal readonly record struct SocketDescriptor(int FileDescriptor, uint Inode, uint NetworkNamespace = 0);
