using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses what is no address, network or pattern: a name, for example, which would only find nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateAddressAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is string text && !(AddressPattern.IsUnderstood(text) && ValidateWildcardAttribute.IsUnderstood(text)))
        {
            throw new ValidationMetadataException(Messages.Format(nameof(Strings.AddressNotUnderstood), text));
        }
    }
}
