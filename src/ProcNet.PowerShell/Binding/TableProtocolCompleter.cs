using ProcNet.Sockets;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes the protocols that the kernel has a socket table for.</summary>
internal sealed class TableProtocolCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words() =>
        SocketTableReader.Protocols.Select(protocol => (protocol.ToString(), $"{protocol} (IANA protocol number {(int)protocol})"));
}
