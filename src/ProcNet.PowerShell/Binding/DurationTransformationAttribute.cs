using System.Globalization;
using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>
/// Lets a bare number mean seconds. PowerShell itself reads <c>-Duration 10</c> on a TimeSpan as ten ticks, a millionth of a second.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = Base(inputData);
        if (IsCapture(value))
        {
            return inputData;
        }

        return ReadAsTyped(inputData)
            ?? Read(value)
            ?? throw new ArgumentTransformationMetadataException(Messages.Format(nameof(Strings.DurationNotUnderstood), inputData));
    }

    // At the same position captures are expected: not taken here, they are bound there.
    private static bool IsCapture(object value) =>
        value is TrafficCapture
        || (value is object[] { Length: > 0 } list && Array.TrueForAll(list, static item => Base(item) is TrafficCapture));

    private static object Base(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>
    /// What the user typed, where PowerShell has made a number of it: <c>1d</c> is a decimal 1 to it, and one day to us. The number still
    /// has the text.
    /// </summary>
    private static TimeSpan? ReadAsTyped(object inputData) =>
        inputData is PSObject typed && IsNumber(typed.BaseObject) && DurationText.TryParse(typed.ToString(), out TimeSpan duration)
            ? duration
            : null;

    private static TimeSpan? Read(object? value)
    {
        if (value is TimeSpan span)
        {
            return span;
        }

        bool understood;
        TimeSpan duration;
        if (value is string text)
        {
            understood = DurationText.TryParse(text, out duration);
        }
        else if (IsNumber(value))
        {
            understood = DurationText.TryFromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture), out duration);
        }
        else
        {
            return null;
        }

        return understood ? duration : null;
    }

    private static bool IsNumber(object? value) =>
        value is IConvertible number and not Enum && number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal;
}
