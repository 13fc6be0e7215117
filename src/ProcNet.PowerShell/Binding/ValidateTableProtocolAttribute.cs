using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses protocols that the kernel has no socket table for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateTableProtocolAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>The protocols with a table.</summary>
    internal static readonly IReadOnlyList<TransportProtocol> WithTable =
    [
        TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.UdpLite,
        TransportProtocol.Icmp, TransportProtocol.IcmpV6, TransportProtocol.Raw,
    ];

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is TransportProtocol protocol && !WithTable.Contains(protocol))
        {
            throw new ValidationMetadataException(
                Messages.Format(nameof(Strings.ProtocolWithoutSocketTable), protocol, string.Join(", ", WithTable)));
        }
    }
}
