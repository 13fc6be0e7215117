using System.Management.Automation;
using ProcNet.PowerShell.Errors;
using ProcNet.Sockets;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses protocols that the kernel has no socket table for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateTableProtocolAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is TransportProtocol protocol && !SocketTableReader.Protocols.Contains(protocol))
        {
            throw new ValidationMetadataException(
                Messages.Format(nameof(Strings.ProtocolWithoutSocketTable), protocol, string.Join(", ", SocketTableReader.Protocols)));
        }
    }
}
