using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses durations that are not longer than zero, or longer than the timers of .NET can wait.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateDurationAttribute : ValidateArgumentsAttribute
{
    /// <summary>The longest wait of .NET's timers, in whole days: 24 of the 24.8 that int.MaxValue milliseconds are.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan duration && (duration <= TimeSpan.Zero || duration > Longest))
        {
            throw new ValidationMetadataException(Messages.Format(nameof(Strings.DurationOutOfRange), duration, Longest));
        }
    }
}
