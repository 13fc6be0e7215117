using ProcNet.Attribution;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Connections that were looked up while they still waited in a listener's queue: the kernel gives them an inode only when the server
/// accepts them (inet_csk_accept), so they are asked for again a little later. Bounded; used by one thread.
/// </summary>
internal sealed class PendingAccepts
{
    // More wait in the listeners' queues of a machine under attack only; those are found when owners are resolved, or stay the listener's.
    private const int Capacity = 4096;

    // A server that is not overloaded accepts within the first; a single-threaded one, when it is done with the one before.
    private static readonly long[] s_askAfterMicroseconds = [1_000, 4_000, 16_000, 64_000];

    private readonly PriorityQueue<(SocketObservation Observation, int Asked), long> _waiting = new();

    /// <summary>Whether a socket without an inode may get one.</summary>
    public static bool IsUnaccepted(in SocketRow row) =>
        row.Inode == 0
        && row.Protocol == TransportProtocol.Tcp
        && row.State is ConnectionState.SynReceived or ConnectionState.Established or ConnectionState.CloseWait;

    /// <summary>Asks again for this one soon.</summary>
    public void Add(in SocketObservation observation) => Add(observation, 0);

    /// <summary>How long until the next is to be asked for; <paramref name="longest"/> at most.</summary>
    public TimeSpan UntilNext(TimeSpan longest)
    {
        if (!_waiting.TryPeek(out _, out long due))
        {
            return longest;
        }

        // Whole milliseconds, upwards: a WaitHandle cuts the rest off, and would not wait at all for less than one.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, due - Clock.Now) / 1000.0));
        return wait < longest ? wait : longest;
    }

    /// <summary>Asks for those that are due.</summary>
    /// <param name="tableOf">Gives the kernel's table of a namespace; null where it has gone.</param>
    /// <param name="found">Takes each that has been accepted by now.</param>
    public void AskAgain(Func<long, ISocketTable?> tableOf, Action<SocketObservation> found)
    {
        long now = Clock.Now;
        while (_waiting.TryPeek(out (SocketObservation Observation, int Asked) next, out long due) && due <= now)
        {
            _waiting.Dequeue();
            SocketRow row = next.Observation.Row;
            if (
                tableOf(next.Observation.NetworkNamespace) is not { } table
                || !table.TryFind(
                    row.Protocol,
                    row.Local,
                    row.LocalPort,
                    row.Remote,
                    row.RemotePort,
                    row.InterfaceIndex,
                    out SocketRow again
                )
            )
            {
                continue;
            }

            if (again.Inode != 0 && again.RemotePort == row.RemotePort)
            {
                found(new SocketObservation(next.Observation.NetworkNamespace, now, again));
            }
            else if (IsUnaccepted(again))
            {
                Add(next.Observation, next.Asked + 1);
            }
        }
    }

    private void Add(in SocketObservation observation, int asked)
    {
        if (asked < s_askAfterMicroseconds.Length && _waiting.Count < Capacity)
        {
            _waiting.Enqueue((observation, asked), Clock.Now + s_askAfterMicroseconds[asked]);
        }
    }
}
