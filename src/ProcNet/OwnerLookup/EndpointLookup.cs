using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Asks a table for the socket of an endpoint, whatever device it is bound to. One lookup is enough where the interface that showed the
/// packet has the address, and stands alone: it finds what is bound to that interface, or to none. More are asked only where another device
/// may be meant, and no more than the budget allows. Any thread may ask.
/// </summary>
internal sealed class EndpointLookup(LookupRateLimiter budget)
{
    /// <summary>Asks.</summary>
    /// <param name="table">The table.</param>
    /// <param name="view">Which devices may be meant.</param>
    /// <param name="end">The end.</param>
    /// <param name="shownOn">The index of the interface that showed its packet; 0 where it is not known.</param>
    /// <param name="row">The socket.</param>
    /// <returns>False where there is none.</returns>
    public bool TryFind(ISocketTable table, NetworkView view, in FiveTuple end, int shownOn, out SocketRow row)
    {
        Span<int> devices = stackalloc int[AddressDevices.Most];
        devices = devices[..view.Devices.Find(table.NetworkNamespace, end.Local, shownOn, devices)];
        bool isFound = TryFind(table, end, devices.IsEmpty ? 0 : devices[0], out row);
        for (int i = 1; i < devices.Length && !(isFound && (row.InterfaceIndex != 0 || IsExact(row, end))) && budget.TryTake(); i++)
        {
            // The kernel prefers a bound socket to one that is not, and a connection to its listener.
            if (TryFind(table, end, devices[i], out SocketRow other) && (!isFound || other.InterfaceIndex != 0))
            {
                row = other;
                isFound = true;
            }
        }

        return isFound;
    }

    /// <summary>Whether a socket is connected as an endpoint is.</summary>
    public static bool IsExact(in SocketRow row, in FiveTuple end) => row.RemotePort == end.RemotePort && row.Remote == end.Remote;

    private static bool TryFind(ISocketTable table, in FiveTuple end, int device, out SocketRow row) =>
        table.TryFind((TransportProtocol)end.Protocol, end.Local, end.LocalPort, end.Remote, end.RemotePort, device, out row);
}
