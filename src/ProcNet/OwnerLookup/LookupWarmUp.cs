using ProcNet.Attribution;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Finds a socket of this process, with a register of its own. The first call of anything compiles it, which takes longer than a short
/// connection lives: what a first packet needs is better gone through before it comes.
/// </summary>
internal static class LookupWarmUp
{
    // The first finds the process, the second reads its open list, the third looks where the second found it.
    private const ulong Rounds = 3;

    /// <summary>Goes through it.</summary>
    /// <param name="processes">The processes.</param>
    public static void Run(IProcessTable processes)
    {
        List<SocketDescriptor> own = [];
        _ = processes.ReadSockets(Environment.ProcessId, own);
        if (own.Count == 0)
        {
            return;
        }

        var register = new SocketRegister();
        using var search = new HolderSearch(new OnlyThisProcess(processes), register, static () => { }, static _ => true);
        for (ulong cookie = 1; cookie <= Rounds; cookie++)
        {
            var row = new SocketRow
            {
                Protocol = TransportProtocol.Udp,
                Inode = own[0].Inode,
                Cookie = cookie,
            };
            if (register.Record(new SocketObservation(0, Clock.Now, row)).Holders is { } holders)
            {
                register.Want(holders);
            }

            search.Search(mustFinish: true);
        }
    }

    private sealed class OnlyThisProcess(IProcessTable processes) : IProcessTable
    {
        public void ListProcesses(List<int> into)
        {
            into.Clear();
            into.Add(Environment.ProcessId);
        }

        public WalkStatus ReadSockets(int processId, List<SocketDescriptor> into) => processes.ReadSockets(processId, into);

        public IDescriptorList? OpenDescriptors(int processId) => processes.OpenDescriptors(processId);

        public ProcessKey? ReadKey(int processId) => processes.ReadKey(processId);

        public ProcessIdentity? ReadBrief(int processId) => processes.ReadBrief(processId);

        public ProcessIdentity? ReadIdentity(int processId) => processes.ReadIdentity(processId);

        public void Dispose()
        {
            // They are not this one's.
        }
    }
}
