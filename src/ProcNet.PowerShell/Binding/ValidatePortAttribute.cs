using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses what is neither a port nor a range of ports.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidatePortAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is string text && !PortRange.TryParse(text, out _))
        {
            throw new ValidationMetadataException(Messages.Format(nameof(Strings.PortNotUnderstood), text));
        }
    }
}
