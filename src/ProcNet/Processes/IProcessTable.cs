namespace ProcNet.Processes;

/// <summary>The processes of the system and the sockets that they hold. One thread asks at a time.</summary>
internal interface IProcessTable : IDisposable
{
    /// <summary>Whether every process of the machine is in the list: not so in a process namespace of a container's own.</summary>
    bool HasAll => false;

    /// <summary>Lists the ids of all processes, ascending. The list is emptied first.</summary>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    void ListProcesses(List<int> into);

    /// <summary>Lists the sockets that a process holds. The list is emptied first.</summary>
    WalkStatus ReadSockets(int processId, List<SocketDescriptor> into);

    /// <summary>
    /// Lists the sockets that threads of a process hold in descriptor tables of their own. The list is emptied first. Mostly there
    /// are none.
    /// </summary>
    void ReadThreadSockets(int processId, List<SocketDescriptor> into) => into.Clear();

    /// <summary>Whether a descriptor of a process is this socket still. Where it cannot be seen, it is.</summary>
    bool HoldsAt(int processId, int descriptor, uint inode) => true;

    /// <summary>
    /// Opens the list of a process's descriptors, to read it again and again; null where it may not be read, or cannot be kept
    /// open.
    /// </summary>
    IDescriptorList? OpenDescriptors(int processId) => null;

    /// <summary>Names a process for good; null where it is gone.</summary>
    ProcessKey? ReadKey(int processId);

    /// <summary>Reads the key and the name of a process, quickly; null where it is gone.</summary>
    ProcessIdentity? ReadBrief(int processId);

    /// <summary>Reads the arguments of a process, with zero bytes between; empty where it is gone, or has none.</summary>
    byte[] ReadCommandLine(ProcessKey process) => [];

    /// <summary>Reads who a process is; null where it is gone.</summary>
    ProcessIdentity? ReadIdentity(int processId);
}
