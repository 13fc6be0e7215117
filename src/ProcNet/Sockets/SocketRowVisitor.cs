namespace ProcNet.Sockets;

/// <summary>Takes the rows of a socket table one by one. The row is the reader's: copy what is to be kept.</summary>
/// <returns>False to end the reading.</returns>
internal delegate bool SocketRowVisitor(in SocketRow row);
