namespace ProcNet.Processes;

/// <summary>
/// The open list of one process's descriptors. It stays that process's for good: when the process has gone there is nothing to read, though
/// its id may have come back with another one. One thread reads at a time.
/// </summary>
internal interface IDescriptorList : IDisposable
{
    /// <summary>Lists the sockets. The list is emptied first.</summary>
    /// <param name="into">Gets the sockets.</param>
    /// <param name="isEnough">Is asked at each socket, by its inode; true ends the reading.</param>
    WalkStatus ReadSockets(List<SocketDescriptor> into, Func<uint, bool> isEnough);

    /// <summary>
    /// Lists the sockets among the few descriptors at which a reading was found enough before: a new socket gets the lowest free number
    /// (socket(2)), which is most often that of the one before. Parameters as those of <see cref="ReadSockets"/>.
    /// </summary>
    void ReadLikely(List<SocketDescriptor> into, Func<uint, bool> isEnough);
}
