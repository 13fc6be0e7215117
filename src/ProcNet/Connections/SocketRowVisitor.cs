namespace ProcNet.Connections;

/// <summary>Takes the rows of a socket table one by one; the row is valid during the call.</summary>
/// <param name="row">The row.</param>
/// <returns>False to stop.</returns>
internal delegate bool SocketRowVisitor(in SocketRow row);
