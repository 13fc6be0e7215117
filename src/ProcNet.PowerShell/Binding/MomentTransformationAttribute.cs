using System.Management.Automation;

namespace ProcNet.PowerShell.Binding;

/// <summary>Lets a length of time mean that long ago: <c>-After 7d</c>. Everything else is a date as PowerShell reads it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MomentTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject { BaseObject: var inner } ? inner : inputData;

        // What the user typed: PowerShell makes the decimal number 7 of 7d.
        string? text = value is TimeSpan or DateTime ? null : inputData.ToString();
        TimeSpan? ago =
            value is TimeSpan span ? span
            : text is not null && DurationText.TryParse(text, out TimeSpan duration) ? duration
            : null;
        return ago is not { } length ? inputData
            : length > DateTime.Now - DateTime.UnixEpoch ? DateTime.UnixEpoch.ToLocalTime()
            : DateTime.Now - length;
    }
}
