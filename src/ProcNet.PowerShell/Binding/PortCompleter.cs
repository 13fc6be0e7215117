using System.Globalization;
using ProcNet.Sockets;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes ports: those that the socket tables have now.</summary>
internal abstract class PortCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        SortedDictionary<int, (int Count, TransportProtocol Protocol)> ports = [];
        foreach (NetConnection row in NetConnectionReader.Read(new NetConnectionQuery { Protocols = s_withPorts }, static _ => { }))
        {
            int port = PortOf(row);
            if (port > 0)
            {
                ports[port] = (ports.GetValueOrDefault(port).Count + 1, row.Protocol);
            }
        }

        return ports.Select(static port =>
            (port.Key.ToString(CultureInfo.InvariantCulture), $"{port.Value.Protocol} {port.Key}: {port.Value.Count} sockets")
        );
    }

    private protected abstract int PortOf(NetConnection row);

    private static readonly HashSet<TransportProtocol> s_withPorts = [TransportProtocol.Tcp, TransportProtocol.Udp];
}

/// <summary>Completes local ports: those that sockets have now.</summary>
internal sealed class LocalPortCompleter : PortCompleter
{
    private protected override int PortOf(NetConnection row) => row.LocalPort;
}

/// <summary>Completes remote ports: those that sockets are connected to now.</summary>
internal sealed class RemotePortCompleter : PortCompleter
{
    private protected override int PortOf(NetConnection row) => row.RemotePort;
}
