using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses periods that are not longer than zero.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidatePeriodAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan period && period <= TimeSpan.Zero)
        {
            throw new ValidationMetadataException(Messages.Format(nameof(Strings.PeriodNotPositive), period));
        }
    }
}
