namespace ProcNet.Processes;

/// <summary>A file descriptor that is a socket.</summary>
/// <param name="FileDescriptor">Its number in the process.</param>
/// <param name="Inode">The socket's inode.</param>
internal readonly record struct SocketDescriptor(int FileDescriptor, uint Inode);
