using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>Refuses what is no wildcard pattern (<c>[x</c>) when it is typed: matching would find that out after the measurement.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateWildcardAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>Whether a text can be used as a pattern.</summary>
    public static bool IsUnderstood(string text)
    {
        try
        {
            // Compiled at its first use.
            WildcardPattern.Get(text, WildcardOptions.IgnoreCase).IsMatch(string.Empty);
            return true;
        }
        catch (WildcardPatternException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is string text && !IsUnderstood(text))
        {
            throw new ValidationMetadataException(Messages.Format(nameof(Strings.WildcardNotUnderstood), text));
        }
    }
}
