using System.Globalization;
using System.Management.Automation;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Binding;

/// <summary>
/// Takes a process for its id, out of whatever has one: the objects of Get-Process, of this module's cmdlets, of a CSV file or a job.
/// Binding by the name of a property would take every object with an Id, a traffic capture of a job too, whose 1 is no process.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProcessIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Stands for an object that could name a process and names none: a connection without owner.</summary>
    public const int NoProcess = 0;

    private static readonly string[] s_properties = ["ProcessId", "OwningProcess", "PID", "Id"];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        // A variable that holds nothing names no process: not one that has no id.
        object? value = inputData is null ? null : Base(inputData);
        return value is null ? null
            : value is object?[] list ? Array.ConvertAll(list, static item => (object)One(item))
            : value is int[] ? value
            : One(inputData);
    }

    private static object Base(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static int One(object? item)
    {
        object? value = item is null ? null : Base(item);
        if (value is null)
        {
            return NoProcess;
        }

        if (value is IConvertible)
        {
            return ToId(value) ?? throw NotAProcess(item!);
        }

        PSObject read = PSObject.AsPSObject(item!);
        foreach (string name in IsCapture(read) ? [] : s_properties)
        {
            if (read.Properties[name] is { } property)
            {
                object? id = property.Value is { } given ? Base(given) : null;
                return id is null or "" ? NoProcess : ToId(id) ?? throw NotAProcess(item!);
            }
        }

        throw NotAProcess(item!);
    }

    private static int? ToId(object value) => LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out int id) ? id : null;

    // Live, or come back from a job, remoting or a file.
    private static bool IsCapture(PSObject item) =>
        item.TypeNames.Any(static name => name.EndsWith("ProcNet.TrafficCapture", StringComparison.Ordinal));

    // With such a cause the binder goes on to the next parameter, and says in the end that the object was not taken.
    private static ArgumentTransformationMetadataException NotAProcess(object item)
    {
        string message = Messages.Format(nameof(Strings.NotAProcess), item);
        return new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
    }
}
